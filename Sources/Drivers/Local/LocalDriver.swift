public import Core
import Crypto
import Formats
public import Model
import System

/// Resources of this host (capability `local`): directories, generated secrets, ports, and places for SQLite files.
///
/// | kind | outputs |
/// |---|---|
/// | `directory` | `path` of a directory that only deployd's user may enter |
/// | `secret` | `value`, URL-safe, of `values.length` characters (8 to 512, default 32) |
/// | `port` | `port`, reserved for the instance |
/// | `sqlite` | `path` of a file that the service makes, and its `url` |
public struct LocalDriver: ResourceDriver {
    public let capability = "local"
    private let directory: String
    private let ports: any HostPorts
    private let threads: BlockingThreads

    /// - Parameter dataDirectory: the server's data directory, absolute; what is made is below its `resources`.
    public init(dataDirectory: String, ports: any HostPorts, threads: BlockingThreads) {
        directory = "\(dataDirectory)/resources"
        self.ports = ports
        self.threads = threads
    }

    public func problem() async -> String? {
        let directory = directory
        do {
            try await threads.run { try Files.makeDirectory(directory) }
            return nil
        } catch {
            return "\(error)"
        }
    }

    public func provision(_ request: ResourceRequest, _ log: any StepLog) async throws -> ProvisionedResource {
        let kind = try LocalTemplate.read(request.template)
        let length = try kind.length(request.values)
        switch kind {
        case .directory:
            let path = try await makeDirectory(request, log)
            return ProvisionedResource(outputs: ["path": .plain(path)], state: nil)
        case .sqlite:
            let path = "\(try await makeDirectory(request, log))/database.sqlite"
            return ProvisionedResource(
                outputs: ["path": .plain(path), "url": .plain("sqlite://\(URLPath.encode(path))")], state: nil)
        case .secret:
            let value = LocalDriver.value(in: request.state) ?? Secret(SecureRandom.password(length: length))
            let state = Secret(JSONValue.object(["value": .string(value.reveal())]).text)
            return ProvisionedResource(outputs: ["value": .secret(value)], state: state)
        case .port:
            guard let instance = request.instance else {
                throw DeploydError(
                    .invalid, "a port belongs to the instance that listens on it; '\(request.slug)' cannot be shared")
            }
            let purpose = "resource/\(request.name)"
            guard let port = try await ports.reserve([purpose], for: instance)[purpose] else {
                throw DeploydError(.internal, "no port was reserved for \(request.name)")
            }
            log.line("port \(port)")
            return ProvisionedResource(outputs: ["port": .plain("\(port)")], state: nil)
        }
    }

    /// Removes a directory with what is in it. A secret goes with its record, a port with its instance.
    public func remove(_ request: ResourceRequest, _ log: any StepLog) async throws {
        let path = try path(request)
        let existed = try await threads.run {
            let existed = FileTree.exists(path)
            try Files.removeTree(path)
            return existed
        }
        if existed { log.line("removed \(path)") }
    }

    public func absence(of request: ResourceRequest) async throws -> String? {
        switch try LocalTemplate.read(request.template) {
        case .secret, .port: return nil
        case .directory, .sqlite:
            let path = try path(request)
            return try await threads.run { FileTree.exists(path) } ? nil : "\(path) is not there"
        }
    }

    private func makeDirectory(_ request: ResourceRequest, _ log: any StepLog) async throws -> String {
        let path = try path(request)
        let existed = try await threads.run {
            let existed = FileTree.exists(path)
            try Files.makeDirectory(path)
            return existed
        }
        if !existed { log.line("made \(path)") }
        return path
    }

    private func path(_ request: ResourceRequest) throws(DeploydError) -> String {
        guard FileTree.isPlainName(request.id) else {
            throw DeploydError(.invalid, "'\(request.id)' is not the id of a resource")
        }
        return "\(directory)/\(request.id)"
    }

    private static func value(in state: Secret?) -> Secret? {
        guard let text = state?.reveal(), let value = try? JSONValue.parse(text)["value"]?.string else { return nil }
        return Secret(value)
    }
}
