import Core
import Glibc

/// Debian's `docker-registry` on a port of loopback, with nothing in it and open to everyone.
public final class TestRegistry: Sendable {
    /// `127.0.0.1:PORT`, as images are named.
    public let host: String
    public let port: Int
    private let directory: TemporaryDirectory
    private let process: ChildProcess

    /// Returns when it answers.
    /// - Parameter pidFile: where its process is noted, for whoever ends what a test that died has left.
    public init(pidFile: String? = nil) async throws {
        directory = TemporaryDirectory("registry")
        port = try FreePort.find()
        host = "127.0.0.1:\(port)"
        let settings = """
            version: 0.1
            log: { level: warn }
            storage: { filesystem: { rootdirectory: \(directory.appending("data")) }, delete: { enabled: true } }
            http: { addr: "\(host)" }

            """
        try TextFile.write(settings, to: directory.appending("settings.yml"))
        let log = directory.appending("log")
        process = try ChildProcess(
            ["/usr/bin/docker-registry", "serve", directory.appending("settings.yml")],
            environment: ["PATH": "/usr/bin:/bin"], output: log, errors: log)
        if let pidFile { try TextFile.write("\(process.pid)\n", to: pidFile) }
        let url = "http://\(host)/v2/"
        let isReady = await eventually(within: .seconds(30), every: .milliseconds(50)) {
            guard process.exit == nil else { return true }
            return (try? await ChildProcess.output(of: ["curl", "-sf", "--max-time", "2", url])) != nil
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
