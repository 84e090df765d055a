import Core
import Glibc

/// A whole cluster of one node that runs pods, as `node` of the Kubernetes test kit makes it in namespaces of its own. Root only.
public final class NodeCluster: Sendable {
    /// The kit's folder, from `DEPLOYD_TEST_KUBERNETES_KIT`; nil when nobody says so or this user may not start one.
    public static var kit: String? {
        guard let path = EnvironmentVariable.value("DEPLOYD_TEST_KUBERNETES_KIT"), getuid() == 0,
            access("\(path)/node", X_OK) == 0
        else { return nil }
        return path
    }

    /// An administrator's.
    public var kubeconfig: String { "\(directory)/kubeconfig" }
    /// Pods' images come from here.
    public let registry: TestRegistry
    private let kit: String
    private let directory: String
    /// What goes with the object, where nobody says which folder.
    private let temporary: TemporaryDirectory?

    /// Returns when it is ready for pods.
    public init() async throws {
        guard let kit = NodeCluster.kit else {
            throw DeploydError(
                .notFound, "DEPLOYD_TEST_KUBERNETES_KIT names no folder with 'node', or this is not root")
        }
        self.kit = kit
        let given = EnvironmentVariable.value("DEPLOYD_TEST_CLUSTER")
        temporary = given == nil ? TemporaryDirectory("deployd-cluster") : nil
        let parent = given ?? temporary?.path ?? "/tmp"
        directory = "\(parent)/node"
        registry = try await TestRegistry(pidFile: "\(parent)/registry.pid")
        do {
            try await node("--registry", "\(registry.port)")
        } catch {
            await registry.stop()
            throw error
        }
    }

    /// Makes a service's cluster IP answer on this machine.
    /// - Parameters:
    ///   - service: it exists already.
    ///   - port: of the service.
    /// - Returns: the port of loopback.
    public func forward(_ service: String, in namespace: String, port: Int = 80) async throws -> Int {
        let local = try FreePort.find()
        try await node("--forward", "\(local)", "\(namespace)/\(service):\(port)")
        return local
    }

    /// What a command is given before it so that it runs in the node's network, where cluster IPs answer.
    public func entry() throws -> [String] {
        let lines = TextFile.read("\(directory)/pids").split(separator: "\n").map { $0.split(separator: " ") }
        guard let line = lines.first(where: { $0.first == "node" }), line.count > 1 else {
            throw DeploydError(.notFound, "the node does not run")
        }
        return ["/usr/bin/nsenter", "-t", String(line[1]), "-n"]
    }

    /// Brings an image into the node that no registry has.
    /// - Parameter archive: as `docker save` writes it.
    public func load(_ archive: String) async throws {
        try await node("--load", archive)
    }

    /// Ends all of it.
    public func stop() async throws {
        await registry.stop()
        try await node("--stop")
    }

    private func node(_ arguments: String...) async throws {
        try await ChildProcess.output(of: ["\(kit)/node", directory] + arguments, within: .seconds(180))
    }
}
