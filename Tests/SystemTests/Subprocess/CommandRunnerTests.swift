import Core
import Glibc
import Synchronization
import System
import TestSupport
import Testing

private let path = "/usr/local/bin:/usr/bin:/bin"

@Suite struct CommandRunnerTests {
    let runner: CommandRunner

    init() throws { runner = try CommandRunner() }

    private func shell(_ script: String, _ environment: [String: String] = [:]) -> Command {
        Command("sh", ["-c", script], environment: ["PATH": path].merging(environment) { $1 })
    }

    private func run(
        _ command: Command, deadline: Duration = .seconds(60), outputLimit: Int = 1 << 20,
        onOutput: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws -> CommandResult {
        try await runner.run(command, deadline: deadline, outputLimit: outputLimit, onOutput: onOutput)
    }

    private func failure(_ body: () async throws -> CommandResult) async -> DeploydError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? DeploydError
        }
    }

    @Test(arguments: [
        ("exit 0", System.ExitStatus.exited(0), "", ""),
        ("echo out; echo err >&2; exit 3", .exited(3), "out\n", "err"),
        ("kill -9 $$", .signalled(9), "", ""),
        // What the test's own process ignores or blocks must not reach a child.
        ("kill -PIPE $$; echo lives", .signalled(SIGPIPE), "", ""),
        ("kill -HUP $$; echo lives", .signalled(SIGHUP), "", ""),
        ("ls /proc/self/fd | wc -l", .exited(0), "4\n", ""),
        ("cat", .exited(0), "", ""),
        ("env -u PWD -u _ -u SHLVL -u OLDPWD", .exited(0), "PATH=\(path)\n", ""),
        ("sleep 100 & echo gone", .exited(0), "gone\n", ""),
    ])
    func endsAs(script: String, status: System.ExitStatus, output: String, errorText: String) async throws {
        signal(SIGHUP, SIG_IGN)
        let result = try await run(shell(script))
        #expect(
            [result.text, result.errorText, "\(result.status)"] == [output, errorText, "\(status)"])
    }

    @Test func takesInputDirectoryAndArguments() async throws {
        let directory = TemporaryDirectory()
        let input = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000)
        let counted = try await run(
            Command("/bin/sh", ["-c", "wc -c; pwd; echo \"$1\"", "-", "a b*"], directory: directory.path, input: input))
        let merged = try await run(
            Command("/bin/sh", ["-c", "echo 1; echo 2 >&2; echo 3"], mergesErrorOutput: true))
        #expect([counted.text, merged.text] == ["300000\n\(directory.path)\na b*\n", "1\n2\n3\n"])
    }

    @Test func namesWhatCannotRun() async throws {
        let directory = TemporaryDirectory()
        let file = directory.appending("plain")
        close(open(file, O_CREAT | O_WRONLY, 0o644))
        let commands = [
            Command("no-such-program", environment: ["PATH": path]), Command("sh"), Command(file),
            Command("/bin/sh", directory: directory.appending("missing")), Command("/bin/sh", ["a\0b"]),
        ]
        var errors: [String] = []
        for command in commands {
            errors.append(await failure { try await run(command) }.map { "\($0.code): \($0)" } ?? "")
        }
        #expect(
            errors == [
                "notFound: the program 'no-such-program' is not in PATH (\(path)): install it, or name its whole path",
                "notFound: the program 'sh' is not in PATH (): install it, or name its whole path",
                "notFound: cannot run \(file): it is not executable (chmod +x)",
                "notFound: cannot run sh in \(directory.appending("missing")): No such file or directory",
                "invalid: an argument or variable of a program holds a NUL character",
            ])
    }

    @Test func deadlineStopsTheWholeGroup() async throws {
        let directory = TemporaryDirectory()
        // Both ignore SIGTERM; the grandchild would hold the pipe for ever.
        let script = "trap '' TERM; (sleep 1000) & echo $! > pid; wait"
        var command = shell(script)
        command.directory = directory.path
        let error = await failure { try await run(command, deadline: .milliseconds(500)) }
        let pid = String(decoding: try Files.read(directory.appending("pid"), limit: 100), as: UTF8.self)
        let isEnded = await eventually { isGone(pid) }
        #expect(error?.code == .timedOut && isEnded)
        #expect(error?.message == "sh did not end within 0.5 seconds and was stopped")
    }

    @Test func outputIsBounded() async throws {
        let error = await failure { try await run(shell("yes"), outputLimit: 100_000) }
        #expect(error?.message == "sh printed more than 100000 bytes and was stopped")
        let exact = try await run(shell("head -c 100000 /dev/zero"), outputLimit: 100_000)
        let errors = try await run(shell("yes | head -c 1000000 >&2; echo end >&2"))
        #expect([exact.output.count, errors.errorOutput.count] == [100_000, CommandResult.errorOutputLimit])
        #expect(errors.errorText.hasSuffix("y\nend"))
    }

    @Test func outputIsHandedOverPieceByPiece() async throws {
        let pieces = Mutex<[UInt8]>([])
        let result = try await run(shell("seq 1 50000")) { piece in pieces.withLock { $0 += piece } }
        #expect(result.output.isEmpty && pieces.withLock(\.count) == 288_894)
    }

    @Test func cancellationStopsIt() async throws {
        let directory = TemporaryDirectory()
        let flag = directory.appending("started")
        let task = Task { [runner] in
            try await runner.run(
                Command("/bin/sh", ["-c", "touch \(flag); exec sleep 1000"], environment: ["PATH": path]),
                deadline: .seconds(600), outputLimit: 10)
        }
        let isStarted = await eventually { access(flag, F_OK) == 0 }
        task.cancel()
        let early = Task { [runner] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await runner.run(Command("/bin/sleep", ["1000"]), deadline: .seconds(600), outputLimit: 10)
        }
        let errors = [await failure { try await task.value }, await failure { try await early.value }]
        #expect(isStarted && errors.map { $0?.code } == [.cancelled, .cancelled])
    }

    @Test func runsManyAtOnce() async throws {
        let outputs = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<100 {
                group.addTask { try await run(shell("sleep 0.05; echo $N", ["N": "\(number)"])).text }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(outputs == Set((0..<100).map { "\($0)\n" }))
    }

    @Test func refusesWhatCannotWait() async throws {
        let small = try CommandRunner(maximumRunning: 1, maximumWaiting: 1)
        let codes = await withTaskGroup(of: DeploydError.Code?.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    await failure {
                        try await small.run(Command("/bin/sleep", ["1000"]), deadline: .seconds(600), outputLimit: 10)
                    }?.code
                }
            }
            let first = await group.next()
            group.cancelAll()
            return await group.reduce(into: [first]) { $0.append($1) }
        }
        #expect(codes == [.exhausted, .cancelled, .cancelled])
    }

    @Test func detachedProcessIsReaped() async throws {
        let directory = TemporaryDirectory()
        var command = Command(
            "/bin/sh", ["-c", "cat > blob; ps -o sid= -p $$ > sid; exit 7"], environment: ["PATH": path])
        command.directory = directory.path
        command.input = Array("secret".utf8)
        let process = try await runner.spawnDetached(command)
        let isReaped = await eventually { process.status == .exited(7) && kill(process.pid, 0) != 0 }
        let blob = try await run(Command("/bin/cat", ["blob", "sid"], directory: directory.path)).text
        #expect(isReaped)
        #expect(blob.filter { $0 != " " } == "secret\(process.pid)\n")
    }
}
