import Client
import Core
import Glibc
import HTTPClient
import Synchronization
import System
import TestSupport
import Testing

/// The built program's server, with a data directory, a home and world files of its own.
final class RunningServer: Sendable {
    let folder: ServerFolder
    let url: String
    let http = HTTPClientSession()
    let runner: CommandRunner
    private let program: String
    private let options: [String]
    private let port: Int
    private let host: String
    private let process = Mutex<ChildProcess?>(nil)
    private let hasPorts = Atomic(false)

    /// What programs are given that tests start: nothing of the user's own.
    var environment: [String: String] {
        ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder.home]
    }

    /// - Parameters:
    ///   - host: where it listens.
    ///   - options: further ones of `serve`, at each start.
    init(
        _ folder: ServerFolder, program: String = BuiltProgram.deployd, host: String = "127.0.0.1",
        options: [String] = []
    ) throws {
        self.folder = folder
        self.program = program
        self.host = host
        self.options = options
        runner = try CommandRunner()
        // The same after each start, and none that a connection of the load could take meanwhile.
        port = try FreePort.find()
        url = "http://127.0.0.1:\(port)"
    }

    var processes: ProcessList { ProcessList(directory: folder.path) }
    var log: String { readFile(folder.log) }
    var pid: Int32? { process.withLock { $0?.pid } }

    /// Starts it, and waits until it accepts requests.
    /// - Parameters:
    ///   - wrapper: a command that becomes what follows it.
    ///   - options: further ones of `serve`.
    func start(behind wrapper: [String] = [], options: [String] = []) async throws {
        let child = try launch(behind: wrapper, options: options)
        process.withLock { $0 = child }
        try await expect("the server to be ready") { [self] in
            if let exit = child.exit { throw Failure("the server ended: \(exit)", self) }
            return readFile(folder.output).contains("ready http://\(host):\(port)\n")
        }
        try await takePorts()
    }

    /// Has it reserve from this process's ports. It knows of no other server's, and begins where they begin.
    private func takePorts() async throws {
        guard let group = PortRegion.group, !hasPorts.exchange(true, ordering: .relaxed) else { return }
        let answer = try await query("INSERT OR IGNORE INTO portCursor VALUES (1, \(group))")
        if !answer.isEmpty { throw Failure("the ports' cursor cannot be set: \(answer)", self) }
    }

    /// Starts it, for whoever kills it.
    /// - Parameter point: where it dies by itself; see `CrashPoint`.
    func startToDie(at point: String?) throws -> ChildProcess {
        let child = try launch(variables: point.map { ["DEPLOYD_TEST_CRASH_AT": $0] } ?? [:])
        process.withLock { $0 = child }
        return child
    }

    /// Starts it, whatever becomes of it.
    func launch(
        listen: String? = nil, behind wrapper: [String] = [], options: [String] = [], variables: [String: String] = [:]
    ) throws -> ChildProcess {
        unlink(folder.output)
        let arguments = [
            program, "serve", "--data", folder.data, "--worlds", folder.worlds, "--resource-repos",
            folder.resourceRepositories, "--listen", listen ?? "\(host):\(port)",
            "--allow-local-repositories",
        ]
        return try ChildProcess(
            wrapper + arguments + self.options + options, environment: environment.merging(variables) { $1 },
            output: folder.output,
            errors: folder.log)
    }

    /// SIGKILL, as `kill -9`.
    func kill() async throws {
        let child = process.withLock { $0 }
        child?.signal(SIGKILL)
        guard let child, await child.wait() != nil else { throw Failure("the server was not running", self) }
    }

    /// SIGTERM.
    /// - Returns: how it ended; nil when it did not.
    func terminate() async -> ChildProcess.Exit? {
        let child = process.withLock { $0 }
        child?.signal(SIGTERM)
        return await child?.wait()
    }

    func signal(_ number: Int32) { process.withLock { $0 }?.signal(number) }

    /// Ends it and everything below its directory.
    func close() async {
        if let child = process.withLock({ $0 }) {
            child.signal(SIGKILL)
            _ = await child.wait()
        }
        let left = await processes.endAll()
        if !left.isEmpty { Issue.record("processes outlive the test: \(left)") }
    }

    /// The administrator's token, as the first start wrote it.
    var token: String { readFile("\(folder.data)/admin.token").split(separator: "\n").first.map(String.init) ?? "" }

    var api: APIClient {
        get throws { try APIClient(server: url, token: Secret(token), session: http) }
    }

    /// Runs `deployd` as its user does.
    func command(_ arguments: String..., input: String = "") async throws -> CommandResult {
        try await command(arguments, input: input)
    }

    func command(_ arguments: [String], input: String = "") async throws -> CommandResult {
        try await runner.run(
            Command(
                BuiltProgram.deployd, arguments, environment: environment, directory: folder.path,
                input: Array(input.utf8)),
            deadline: .seconds(120), outputLimit: 16 << 20)
    }

    /// Waits until `condition` holds; the failure shows the end of the server's log.
    func expect(
        _ what: String, within limit: Duration = .seconds(120), _ condition: () async throws -> Bool
    ) async throws {
        guard try await eventually(within: limit, every: .milliseconds(20), condition) else {
            throw Failure("waited in vain for \(what)", self)
        }
    }

    /// What a test cannot go on after.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ what: String, _ server: RunningServer) {
            description = "\(what)\nthe server's log ends with:\n\(server.log.suffix(6000))"
        }
    }
}

/// Runs `body` with a server, and ends everything that came of it whatever happens.
/// - Parameter setUp: writes world files and the like before the server starts.
func withServer(
    _ setUp: (ServerFolder) throws -> Void = { _ in }, _ body: (RunningServer) async throws -> Void
) async throws {
    let folder = try ServerFolder()
    try setUp(folder)
    let server = try RunningServer(folder)
    try await withServer(server) { try await body(server) }
}

/// Starts a server, runs `body`, and ends everything that came of it whatever happens.
func withServer(_ server: RunningServer, _ body: () async throws -> Void) async throws {
    do {
        try await server.start()
        try await body()
    } catch {
        await server.close()
        throw error
    }
    await server.close()
}
