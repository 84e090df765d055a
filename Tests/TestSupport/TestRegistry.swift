import Core
import Glibc
public import Testing

/// Debian's `docker-registry` on a port of loopback, with nothing in it and open to everyone where nobody says otherwise.
public final class TestRegistry: Sendable {
    private static let program = "/usr/bin/docker-registry"

    public static let isInstalled = access(program, X_OK) == 0

    /// `127.0.0.1:PORT`, as images are named.
    public let host: String
    public let port: Int
    private let directory: TemporaryDirectory
    private let data: TemporaryDirectory
    private let process: ChildProcess

    /// Returns when it answers.
    /// - Parameters:
    ///   - pidFile: where its process is noted, for whoever ends what a test that died has left.
    ///   - other: one whose images it has too.
    ///   - authentication: its setting `auth`, in YAML on one line.
    public init(pidFile: String? = nil, over other: TestRegistry? = nil, authentication: String? = nil) async throws {
        data = other?.data ?? TemporaryDirectory("registry-data")
        directory = TemporaryDirectory("registry")
        port = try FreePort.find()
        host = "127.0.0.1:\(port)"
        let settings = """
            version: 0.1
            log: { level: warn }
            storage: { filesystem: { rootdirectory: \(data.path) }, delete: { enabled: true } }
            http: { addr: "\(host)" }
            \(authentication.map { "auth: \($0)" } ?? "")

            """
        try TextFile.write(settings, to: directory.appending("settings.yml"))
        let log = directory.appending("log")
        process = try ChildProcess(
            [TestRegistry.program, "serve", directory.appending("settings.yml")],
            environment: ["PATH": "/usr/bin:/bin"], output: log, errors: log)
        if let pidFile { try TextFile.write("\(process.pid)\n", to: pidFile) }
        let url = "http://\(host)/v2/"
        let isReady = await eventually(within: .seconds(30), every: .milliseconds(50)) {
            guard process.exit == nil else { return true }
            return
                (try? await ChildProcess.output(of: [
                    "curl", authentication == nil ? "-sf" : "-s", "--max-time", "2", url,
                ])) != nil
        }
        guard isReady, process.exit == nil else {
            throw DeploydError(.internal, "docker-registry did not start: \(TextFile.read(log))")
        }
    }

    public func stop() async {
        process.signal(SIGKILL)
        _ = await process.wait()
    }
}

extension Trait where Self == ConditionTrait {
    public static var needsRegistry: ConditionTrait {
        .enabled(
            if: TestRegistry.isInstalled,
            "SKIPPED: tests of image registries need docker-registry (apt-get install docker-registry)")
    }
}
