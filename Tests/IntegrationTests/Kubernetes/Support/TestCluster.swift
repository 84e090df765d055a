import Core
import Glibc
import HTTPClient
import Kubernetes
import Synchronization
import System
import TestSupport

/// A cluster with pods, and a registry that its images come from: a node of the test kit, or the one of `KUBECONFIG`.
final class TestCluster: Sendable {
    @TaskLocal static var shared: TestCluster?

    let kubeconfig: String
    /// `127.0.0.1:5000`, as images are named.
    let registry: String
    /// As an administrator.
    let client: KubernetesClient
    /// nil: it is somebody's, and stays.
    let node: NodeCluster?
    private let parts: Parts
    /// `kubectl proxy`, and its address.
    private let proxy = Mutex<(process: ChildProcess, url: String)?>(nil)
    private let proxyDirectory = TemporaryDirectory("cluster")

    private struct Parts: Sendable {
        let session = HTTPClientSession()
        let threads = BlockingThreads()
        let runner: CommandRunner
    }

    /// Whether there is one to be had.
    static var isThere: Bool { NodeCluster.kit != nil || given != nil }

    private static var given: (kubeconfig: String, registry: String)? {
        let values = ["KUBECONFIG", "DEPLOYD_TEST_REGISTRY"].compactMap(EnvironmentVariable.value)
        return values.count == 2 ? (values[0], values[1]) : nil
    }

    static func start() async throws -> TestCluster {
        if NodeCluster.kit != nil {
            let node = try await NodeCluster()
            return try TestCluster(kubeconfig: node.kubeconfig, registry: node.registry.host, node: node)
        }
        guard let given else { throw DeploydError(.notFound, "there is no cluster to test on") }
        return try TestCluster(kubeconfig: given.kubeconfig, registry: given.registry, node: nil)
    }

    init(kubeconfig: String, registry: String, node: NodeCluster?) throws {
        self.kubeconfig = kubeconfig
        self.registry = registry
        self.node = node
        parts = Parts(runner: try CommandRunner())
        let connection = try Kubeconfig.load(kubeconfig.split(separator: ":").map(String.init)).connection()
        client = TestCluster.client(connection, parts)
    }

    private static func client(_ connection: ClusterConnection, _ parts: Parts) -> KubernetesClient {
        KubernetesClient(
            connection, environment: ["PATH": "/usr/bin:/bin"], session: parts.session, runner: parts.runner,
            threads: parts.threads)
    }

    func stop() async throws {
        let process = proxy.withLock { $0?.process }
        process?.signal(SIGKILL)
        _ = await process?.wait()
        try await node?.stop()
    }

    /// Where a service's cluster IP is reached from this machine; it exists already.
    func url(of service: String, in namespace: String, port: Int = 80) async throws -> String {
        if let node {
            return "http://127.0.0.1:\(try await node.forward(service, in: namespace, port: port))"
        }
        return "\(try await proxyURL())/api/v1/namespaces/\(namespace)/services/\(service):\(port)/proxy"
    }

    /// Where a service's cluster IP is reached with the least between, and what runs a command there.
    func way(to service: String, in namespace: String) async throws -> (entry: [String], url: String) {
        guard let node else { return ([], try await url(of: service, in: namespace)) }
        let found = try await object("v1", "Service", service, in: namespace)
        guard let address = found?["spec", "clusterIP"]?.string else {
            throw DeploydError(.notFound, "there is no Service \(service) with a cluster IP")
        }
        return (try node.entry(), "http://\(address)")
    }

    /// Requests to a Service, once it answers: kube-proxy may hear of pods that are ready later than others do.
    func load(_ service: String, in namespace: String, directory: String) async throws -> Load {
        let (entry, url) = try await way(to: service, in: namespace)
        let asks = entry + ["/usr/bin/curl", "-sf", "--max-time", "2", "\(url)/"]
        guard await eventually({ (try? await ChildProcess.output(of: asks)) != nil }) else {
            throw DeploydError(.unavailable, "\(url) does not answer")
        }
        return try Load(url + "/", rate: 100, in: directory, resends: true, behind: entry)
    }

    private func proxyURL() async throws -> String {
        if let url = proxy.withLock({ $0?.url }) { return url }
        let port = try FreePort.find()
        let log = proxyDirectory.appending("kubectl.log")
        let process = try ChildProcess(
            ["/usr/bin/env", "kubectl", "proxy", "--port=\(port)"],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "KUBECONFIG": kubeconfig], output: log, errors: log)
        guard await eventually(within: .seconds(30), { readFile(log).contains("Starting to serve") }) else {
            throw DeploydError(.internal, "kubectl proxy did not start: \(readFile(log))")
        }
        let url = "http://127.0.0.1:\(port)"
        proxy.withLock { $0 = (process, url) }
        return url
    }
}
