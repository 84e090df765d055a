import Core
import Glibc
import System
import TestSupport
import Testing

private let path = "/usr/local/bin:/usr/bin:/bin"

/// Runs real supervisors of the built program.
@Suite struct SupervisedRunTests {
    let directory = TemporaryDirectory("supervise")
    let runner: CommandRunner
    let threads = BlockingThreads()

    init() throws { runner = try CommandRunner() }

    private func script(_ text: String) -> RunSpecification {
        RunSpecification(
            command: ["sh", "-c", text], environment: ["PATH": path, "SECRET": "s3cret"],
            workingDirectory: directory.path, stopGrace: .seconds(5),
            restart: .init(initial: .milliseconds(20), maximum: .milliseconds(100)))
    }

    private func start(_ specification: RunSpecification, in name: String = "run") async throws -> SupervisedRun {
        try await SupervisedRun.start(
            specification, directory: directory.appending(name), deploydExecutable: BuiltProgram.deployd,
            runner: runner, threads: threads, deadline: .seconds(120))
    }

    private func content(_ name: String) -> String? {
        (try? Files.read(directory.appending(name), limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func output(_ run: SupervisedRun) async throws -> String {
        String(decoding: try await run.output(from: 0).bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("echo out; echo err >&2; exit 3", ExitRecord.Reason.ended(.exited(3))), ("kill -9 $$", .ended(.signalled(9))),
        // What it left behind goes with it, whatever session it is in.
        ("setsid sleep 1000 & echo $! > pid; exit 0", .ended(.exited(0))),
    ])
    func recordsHowTheProcessEnded(text: String, reason: ExitRecord.Reason) async throws {
        let run = try await start(script(text))
        let hasEnded = try await eventually(within: .seconds(120)) { try await !run.isAlive() }
        let record = try await run.exitRecord()
        let printed = try await output(run)
        #expect(hasEnded && record?.reason == reason)
        #expect(printed == (text.hasPrefix("echo") ? "out\nerr\n" : ""))
        #expect(content("pid") == nil || isGone(content("pid")))
        let (status, again) = (try await run.status(), try await run.stop(grace: .zero))
        #expect(status == nil && again == record)
    }

    /// However many the server itself may have.
    @Test func limitsOpenFiles() async throws {
        var specification = script("ulimit -Sn")
        specification.openFiles = 123
        let run = try await start(specification)
        #expect(try await eventually(within: .seconds(120)) { try await !run.isAlive() })
        #expect(try await output(run) == "123\n")
    }

    @Test func refusesWhatCannotStart() async throws {
        var missing = script("")
        missing.command = ["./no-such-program"]
        let error = await #expect(throws: DeploydError.self) { try await start(missing) }
        #expect(error?.message == "cannot run ./no-such-program: No such file or directory")
    }

    @Test func outlivesTheServerAndIsFoundAgain() async throws {
        // A process of its own plays the server: it starts a supervisor as the server does, and is killed.
        let target = directory.appending("run")
        let specification = script("trap 'echo hup' HUP; while :; do sleep 0.05; done")
        let json =
            [
                "version": 1, "directory": .string(target), "workingDirectory": "/",
                "command": .array(specification.command.map(JSONValue.string)), "environment": ["PATH": .string(path)],
            ] as JSONValue
        try Files.makeDirectory(target)
        try Files.write(json.bytes, to: directory.appending("spec"))
        let server = Task { [runner, directory] in
            try await runner.run(
                Command(
                    "/bin/sh", ["-c", "\"$0\" supervise < spec & echo $$ > server; wait", BuiltProgram.deployd],
                    environment: ["PATH": path], directory: directory.path),
                deadline: .seconds(600), outputLimit: 1000)
        }
        let run = SupervisedRun(directory: target, threads: threads)
        let isUp = try await eventually(within: .seconds(120)) { try await run.status()?.state == .running }
        let pid = try #require(content("server")?.split(separator: "\n").first.flatMap { pid_t($0) })
        kill(pid, SIGKILL)
        let ended = try await server.value.status
        let status = try #require(try await run.status())
        let record = try await run.stop(grace: .seconds(20))
        #expect(isUp && ended == .signalled(SIGKILL) && status.state == .running && status.pid != nil)
        #expect(record?.reason == .ended(.signalled(SIGTERM)))
        #expect(try await !run.isAlive())
    }

    /// Whatever ended it: the supervisor that saw it end, or one that was killed.
    @Test(arguments: ["exit 3", "until [ -e gone ]; do sleep 0.01; done"]) func isStartedOnce(end: String) async throws
    {
        var specification = script("echo run >> count; \(end)")
        specification.isOnce = true
        let run = SupervisedRun(directory: directory.appending("run"), threads: threads)
        #expect(try await !run.hasBegun())
        _ = try await start(specification)
        #expect(try await run.hasBegun())
        if let supervisor = end.hasPrefix("until") ? try await run.status()?.supervisorPid : nil {
            _ = await eventually(within: .seconds(120)) { content("count") != nil }
            kill(supervisor, SIGKILL)
        }
        #expect(try await eventually(within: .seconds(120)) { try await !run.isAlive() })
        let record = try await run.exitRecord()
        #expect(record?.reason == (end == "exit 3" ? .ended(.exited(3)) : nil))
        _ = try await start(specification)
        let isAlive = try await run.isAlive()
        #expect(try await run.exitRecord() == record)
        #expect(!isAlive)
        _ = try await run.stop(grace: .seconds(20))
        #expect(content("count") == "run\n")
    }

    @Test func keptProcessIsStartedAgain() async throws {
        let run = try await start(script("echo run >> count; until [ -e kept ]; do sleep 0.01; done; exit 4"))
        try await run.keep()
        try Files.write([], to: directory.appending("kept"))
        let isRestarted = try await eventually(within: .seconds(120)) { try await run.status()?.restarts ?? 0 >= 3 }
        let status = try #require(try await run.status())
        let record = try await run.stop(grace: .seconds(20))
        #expect(isRestarted && status.isKept && status.lastExit?.reason == .ended(.exited(4)))
        #expect(record != nil && (content("count") ?? "").split(separator: "\n").count >= 3)
        #expect(try await output(run).contains("deployd: the process exited with status 4; it is started again\n"))
    }

    @Test func stopEndsTheWholeTree() async throws {
        // Ignores SIGTERM; one descendant left the session, one was orphaned as well.
        let run = try await start(
            script(
                """
                trap '' TERM
                setsid sh -c 'sleep 1000 & echo $! > orphan; sleep 0.1; exit' &
                setsid sleep 1000 & echo $! > detached
                echo $$ > main
                while :; do sleep 0.05; done
                """))
        let names = ["main", "detached", "orphan"]
        let isUp = await eventually(within: .seconds(120)) { names.allSatisfy { content($0)?.isEmpty == false } }
        try await run.keep()
        let record = try await run.stop(grace: .milliseconds(300))
        #expect(isUp && record?.reason == .ended(.signalled(SIGKILL)))
        // The shell may still say that a child of its was killed.
        #expect(try await output(run).contains("deployd: the process did not end after SIGTERM; it is killed\n"))
        #expect(names.map { isGone(content($0)) } == [true, true, true])
    }

    @Test func secondSupervisorChangesNothing() async throws {
        let run = try await start(script("sleep 1000"))
        let before = try await run.status()
        let error = await #expect(throws: DeploydError.self) { try await start(script("touch second")) }
        let after = try await run.status()
        _ = try await run.stop(grace: .seconds(20))
        #expect(error?.code == .conflict && before == after && content("second") == nil)
    }

    @Test func killedSupervisorLeavesAServiceThatIsFound() async throws {
        let run = try await start(
            script("echo $$ >> pids; i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done"))
        let first = try #require(try await run.status())
        kill(first.supervisorPid, SIGKILL)
        let isDead = try await eventually(within: .seconds(120)) { try await !run.isAlive() }
        // It goes on without: no SIGPIPE. The next supervisor takes its output over, ends it and starts anew.
        usleep(100_000)
        #expect(isDead && !isGone(first.pid.map { "\($0)" }))
        let second = try await start(script("echo second; sleep 1000"))
        #expect(isGone(first.pid.map { "\($0)" }))
        let hasPrinted = try await eventually(within: .seconds(120)) { try await output(second).contains("second\n") }
        let numbers = try await output(second).split(separator: "\n").dropLast().map { $0.dropFirst(5) }
        #expect(hasPrinted && numbers == (1...numbers.count).map { "\($0)"[...] } && numbers.count > 4)
        // Without another supervisor, `stop` ends it.
        let third = try #require(try await second.status())
        kill(third.supervisorPid, SIGKILL)
        #expect(try await second.stop(grace: .seconds(20)) == nil)
        #expect(isGone(third.pid.map { "\($0)" }))
    }

    /// A daemon: in a session of its own, with no open file of the run, and its supervisor is dead.
    @Test(arguments: [false, true]) func whatWentIntoTheBackgroundIsFoundAfterItsSupervisorWasKilled(
        isReplaced: Bool
    ) async throws {
        var specification = script(
            """
            setsid sh -c 'setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $! > daemon'
            echo $$ > main; exec sleep 1000
            """)
        specification.environment["HOME"] = directory.appending("run/home")
        let run = try await start(specification)
        #expect(await eventually(within: .seconds(120)) { content("main")?.isEmpty == false })
        let supervisor = try #require(try await run.status()?.supervisorPid)
        kill(supervisor, SIGKILL)
        #expect(try await eventually(within: .seconds(120)) { try await !run.isAlive() })
        #expect(!isGone(content("daemon")))
        if isReplaced { _ = try await start(script("sleep 1000")) }
        let left = [content("daemon"), content("main")].map { isReplaced ? isGone($0) : true }
        _ = try await run.stop(grace: .seconds(20))
        #expect(left == [true, true] && isGone(content("daemon")) && isGone(content("main")))
    }

    /// As much as it can for some seconds: what is kept and what the supervisor needs stay small, and it answers.
    @Test func aFloodIsBoundedOnDiskAndInMemory() async throws {
        let run = try await start(script("yes 0123456789012345678901234567890123456789"))
        let supervisor = try #require(try await run.status()?.supervisorPid)
        let isLong = try await eventually(within: .seconds(120)) {
            try await run.tail(lines: 1, limit: 1000).end > 120 << 20
        }
        let size = try Files.entries(of: run.directory).filter { $0.name.hasPrefix("output.log") }.reduce(0) {
            var status = stat()
            return stat("\(run.directory)/\($1.name)", &status) == 0 ? $0 + Int(status.st_size) : $0
        }
        let peak = (try? Files.read("/proc/\(supervisor)/status", limit: 1 << 16)).flatMap { bytes in
            String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
                .flatMap { Int($0.split(separator: " ")[1]) }
        }
        let state = try await run.status()?.state
        _ = try await run.stop(grace: .seconds(20))
        // Four files of 10 MB, and one that is being made; in kB.
        #expect(isLong && size <= 51 << 20 && size >= 30 << 20, "\(size)")
        #expect(state == .running && peak.map { $0 < 64 << 10 } == true, "\(peak ?? 0) kB")
    }

    @Test func rotatesWhatAFloodPrints() async throws {
        var specification = script("seq 1 300000; echo done; sleep 1000")
        specification.log = .init(maximumBytes: 100_000, keep: 2)
        let run = try await start(specification)
        let isDone = try await eventually(within: .seconds(120)) {
            String(decoding: try await run.tail(lines: 1).bytes, as: UTF8.self) == "done\n"
        }
        let piece = try await run.output(from: 0)
        let lines = String(decoding: piece.bytes, as: UTF8.self).split(separator: "\n").dropLast().compactMap {
            Int($0)
        }
        _ = try await run.stop(grace: .seconds(20))
        #expect(isDone && piece.end == 1_988_895 + 5 && (200_000...310_000).contains(piece.bytes.count))
        #expect(lines == Array(300_001 - lines.count...300_000))
    }

    @Test func worksInALongDirectory() async throws {
        let name = (0..<4).map { _ in String(repeating: "d", count: 60) }.joined(separator: "/")
        let run = try await start(script("sleep 1000"), in: name)
        let state = try await run.status()?.state
        var status = stat()
        stat(directory.appending(name) + "/s", &status)
        _ = try await run.stop(grace: .seconds(20))
        #expect(state == .running && status.st_mode & 0o777 == 0o600)
    }

    @Test func endsWhenItsDirectoryIsRemoved() async throws {
        let run = try await start(script("sleep 1000"))
        let status = try #require(try await run.status())
        try Files.removeTree(run.directory)
        let isEnded = await eventually(within: .seconds(120)) {
            isGone("\(status.supervisorPid)") && isGone(status.pid.map { "\($0)" })
        }
        #expect(isEnded)
    }

    @Test func secretsStayInMemory() async throws {
        let run = try await start(script("sleep 1000"))
        let status = try #require(try await run.status())
        let place = run.directory
        let hits = try await runner.run(
            Command(
                "/bin/sh",
                [
                    "-c",
                    "grep -rls --devices=skip s3cret \"$0\" /proc/\(status.supervisorPid)/cmdline /proc/\(status.supervisorPid)/environ; ls -l /proc/\(status.supervisorPid)/fd | grep -c memfd",
                    place,
                ],
                environment: ["PATH": path]),
            deadline: .seconds(60), outputLimit: 10_000)
        _ = try await run.stop(grace: .seconds(20))
        #expect(hits.text == "0\n")
    }

    @Test func memoryIsLimited() async throws {
        var specification = script("head -c 300000000 /dev/zero | tail -c 200000000 > /dev/null")
        specification.limits = ResourceLimits(memoryBytes: 48 << 20)
        let run = try await start(specification)
        let hasEnded = try await eventually(within: .seconds(120)) { try await !run.isAlive() }
        let record = try await run.exitRecord()
        #expect(hasEnded && record.map { $0.reason != .ended(.exited(0)) } == true)
        #expect(record?.isOutOfMemory == (ResourceLimits.probe().memory != .dataLimit))
    }

    /// The program itself finds that it is in its groups.
    @Test(
        .enabled(
            if: ResourceLimits.probe().memory != .dataLimit && ResourceLimits.probe().cpu != nil,
            "SKIPPED: no control groups can be made here, so that limits stand from the beginning is not shown"))
    func limitsStandFromTheBeginning() async throws {
        var specification = script("")
        specification.command = ["/bin/grep", "-cE", ":(memory|cpu|):/.*deployd-[0-9a-f]+$", "/proc/self/cgroup"]
        specification.limits = ResourceLimits(memoryBytes: 48 << 20, cpuMillis: 500)
        var counts: [String] = []
        for number in 0..<5 {
            let run = try await start(specification, in: "run\(number)")
            #expect(try await eventually(within: .seconds(120)) { try await !run.isAlive() })
            counts.append(try await output(run))
        }
        let groups = ResourceLimits.probe().memory == .cgroup2 ? "1\n" : "2\n"
        #expect(counts == Array(repeating: groups, count: 5))
    }
}
