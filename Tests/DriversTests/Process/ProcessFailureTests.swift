import Core
import Glibc
import HTTPClient
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite(.serialized) struct ProcessFailureTests {
    /// A version that cannot work, after one that does.
    private func attempt(
        _ world: ProcessWorld, _ change: (inout Attempt) -> Void
    ) async throws -> (good: Attempt, bad: Attempt) {
        let good = try await Attempt(world, "01a", commit: try await world.repository.commit(Service.files("v1")))
        let recorded = try await good.run()
        var bad = try await Attempt(
            world, "01b", commit: try await world.repository.commit(Service.files("v2")), previous: recorded)
        bad.secrets = [Secret("s3cret-token")]
        bad.environment = ["TOKEN": "s3cret-token"]
        bad.health = HealthProbe(
            kind: .http(path: "/healthz", port: "http"), interval: .milliseconds(100), timeout: .seconds(5),
            deadline: .seconds(3))
        change(&bad)
        return (good, bad)
    }

    @Test func aVersionThatExitsIsAVerdictAndTheOldOneServes() async throws {
        try await withProcessWorld { world in
            let (good, bad) = try await attempt(world) { bad in
                bad.command = ["sh", "-c", "for i in $(seq 30); do echo line $i of $TOKEN; done; exit 3"]
                bad.health = patient(.seconds(60))
            }
            let verdict = try #require(try await bad.verdict())
            let lines = verdict.message.split(separator: "\n").map(String.init)
            #expect(verdict.code == .invalid)
            #expect(
                lines.first?.hasPrefix("exited with status 3 after ") == true && lines.first?.hasSuffix(" s") == true)
            #expect(Array(lines.dropFirst()) == (11...30).map { "line \($0) of •••" })
            // A server that died before it recorded the verdict comes to the same one.
            #expect(try await bad.verdict()?.message.hasPrefix("exited with status 3 after ") == true)
            try await bad.abandon()
            try await bad.abandon()
            #expect(try await good.answer() == "v1")
        }
    }

    @Test func aVersionThatIsNeverHealthyIsAVerdictAndTheOldOneServes() async throws {
        try await withProcessWorld { world in
            let (good, bad) = try await attempt(world) { $0.environment["HEALTH"] = "503" }
            let verdict = try await bad.verdict()
            #expect(
                verdict?.message
                    == "not healthy within 3 s: GET /healthz answered 503\nversion v2 with token •••")
            try await bad.abandon()
            #expect(try await good.answer() == "v1")
            let left = try await bad.request().addresses.listen["http"] ?? 0
            #expect(SystemPortProbe().isFree(left))
        }
    }

    @Test func aPortThatNobodyListensOnIsNamed() async throws {
        try await withProcessWorld { world in
            let (_, bad) = try await attempt(world) { bad in
                bad.command = ["sleep", "1000"]
                bad.health = HealthProbe(
                    kind: .tcp(port: "http"), interval: .milliseconds(50), timeout: .seconds(5),
                    deadline: .milliseconds(300))
            }
            let port = try await bad.request().addresses.listen["http"] ?? 0
            #expect(
                try await bad.verdict()?.message
                    == "not healthy within 0.3 s: connection refused on port \(port); does it listen where PORT says?")
        }
    }

    /// What it listens on instead is said, also where a child of it does.
    @Test func aWrongPortIsNamedWithTheRightOne() async throws {
        try await withProcessWorld { world in
            let other = try FreePort.find()
            let (_, bad) = try await attempt(world) { bad in
                bad.command = ["sh", "-c", "python3 -m http.server --bind 127.0.0.1 \(other); exit 1"]
                bad.health = patient(.seconds(5))
            }
            let port = try await bad.request().addresses.listen["http"] ?? 0
            let lines = try await bad.verdict()?.message.split(separator: "\n")
            #expect(
                lines?.first
                    == """
                    not healthy within 5 s: connection refused on port \(port); it listens on 127.0.0.1:\(other): let it \
                    listen where PORT says
                    """)
        }
    }

    /// As daemons do it: its second child, in a session of its own, is no service, and does not stay.
    @Test func aServiceThatGoesIntoTheBackgroundIsToldNotTo() async throws {
        try await withProcessWorld { world in
            let pid = world.directory.appending("daemon")
            let (good, bad) = try await attempt(world) { bad in
                bad.command = [
                    "sh", "-c",
                    "setsid sh -c 'setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $! > \(pid)'; exit 0",
                ]
                bad.health = patient(.seconds(60))
            }
            let message = try await bad.verdict()?.message ?? ""
            #expect(message.hasPrefix("exited with status 0 after "), "\(message)")
            #expect(
                message.hasSuffix("; a service has to stay in the foreground, and not end or go on in the background"))
            let number = try #require(try pid_t(String(decoding: Files.read(pid, limit: 99).dropLast(), as: UTF8.self)))
            #expect(await eventually { kill(number, 0) != 0 })
            try await bad.abandon()
            #expect(try await good.answer() == "v1")
        }
    }

    /// One that does not end when it is told to is killed after its time, and the log of the next version says so.
    @Test func aServiceThatIgnoresSIGTERMIsKilledAndThatIsSaid() async throws {
        try await withProcessWorld { world in
            var stubborn = try await Attempt(
                world, "01a", commit: try await world.repository.commit(Service.files("v1")))
            stubborn.command = [
                "python3", "-c",
                "import signal; program = open('hello.py').read().replace('signal.signal(signal.SIGTERM', '(lambda *_: None)(0'); signal.signal(signal.SIGTERM, signal.SIG_IGN); exec(program)",
            ]
            let recorded = try await stubborn.run()
            let pid = try #require(
                try await SupervisedRun(
                    directory: world.directory.appending("runs/hello/local/01a"), threads: world.threads
                ).status()?.pid)
            let next = try await Attempt(
                world, "01b", commit: try await world.repository.commit(Service.files("v2")), previous: recorded)
            try await next.run()
            #expect(kill(pid, 0) != 0)
            #expect(
                next.log.lines.contains("one process did not end within 10 s after SIGTERM, and had to be killed"),
                "\(next.log.text)")
            let printed = try await world.driver().output(
                of: recorded, instance: stubborn.instance, replica: 1, from: nil, maximumBytes: 4096)
            #expect(
                String(decoding: printed.bytes, as: UTF8.self).contains(
                    "deployd: the process did not end after SIGTERM; it is killed\n"))
        }
    }

    @Test(arguments: [
        ("./missing", "start: cannot run ./missing: No such file or directory"),
        ("./VERSION", "start: cannot run ./VERSION: it is not executable (chmod +x)"),
    ])
    func aMissingProgramIsAVerdict(_ program: String, _ message: String) async throws {
        try await withProcessWorld { world in
            let (_, bad) = try await attempt(world) { $0.command = [program] }
            #expect(try await bad.verdict()?.message == message)
        }
    }

    @Test func aSwitchThatWasNotRecordedIsUndone() async throws {
        try await withProcessWorld { world in
            let (good, bad) = try await attempt(world) { $0.health = patient(.seconds(60)) }
            for step in bad.steps.prefix(4) { _ = try await bad.perform(step) }
            #expect(try await bad.answer() == "v2")
            try await bad.abandon()
            #expect(try await good.answer() == "v1")
        }
    }

    @Test(arguments: [false, true])
    func whatWasKilledIsStartedAgain(alsoTheProcess: Bool) async throws {
        try await withProcessWorld { world in
            let attempt = try await Attempt(
                world, "01a", commit: try await world.repository.commit(Service.files("v1")))
            let recorded = try await attempt.run()
            let run = SupervisedRun(
                directory: world.directory.appending("runs/hello/local/01a"), threads: world.threads)
            let status = try #require(try await run.status())
            kill(status.supervisorPid, SIGKILL)
            if alsoTheProcess { kill(try #require(status.pid), SIGKILL) }
            let driver = world.driver()
            #expect(
                try await eventually { try await driver.observe(recorded, of: attempt.instance).health == .missing })

            let again = try await driver.revive(recorded, of: attempt.instance)
            #expect(try ProcessState(again) == ProcessState(recorded))
            #expect(try await driver.observe(again, of: attempt.instance).health == .healthy)
            #expect(try await attempt.answer() == "v1")
            #expect(try await run.status()?.supervisorPid != status.supervisorPid)
        }
    }

    @Test func whatIsSuspendedIsAnswered503UntilItIsRevived() async throws {
        try await withProcessWorld { world in
            let attempt = try await Attempt(
                world, "01a", commit: try await world.repository.commit(Service.files("v1")))
            let recorded = try await attempt.run()
            let (driver, url) = (world.driver(), try await attempt.request().addresses.entrypoints["web"] ?? "")
            for _ in 0..<2 { try await driver.suspend(recorded, of: attempt.instance) }
            #expect(try await world.client.send(.init("GET", url, timeout: .seconds(10))).status == 503)
            #expect(try await driver.observe(recorded, of: attempt.instance).health == .missing)

            // After a restart of the machine too: nothing else has HAProxy started.
            let run = SupervisedHAProxy.run(dataDirectory: world.directory.path, threads: world.threads)
            _ = try await run.stop(grace: .zero)
            #expect(try await world.driver().suspensionProblem(of: recorded, attempt.instance) == nil)
            #expect(try await world.client.send(.init("GET", url, timeout: .seconds(10))).status == 503)
            let again = try await driver.revive(recorded, of: attempt.instance)
            #expect(try ProcessState(again) == ProcessState(recorded))
            #expect(try await attempt.answer() == "v1")
        }
    }

    @Test func aKilledHAProxyComesBackWithItsEntrypoints() async throws {
        try await withProcessWorld { world in
            let attempt = try await Attempt(
                world, "01a", commit: try await world.repository.commit(Service.files("v1")))
            let recorded = try await attempt.run()
            let run = SupervisedHAProxy.run(dataDirectory: world.directory.path, threads: world.threads)
            let status = try #require(try await run.status())
            kill(status.supervisorPid, SIGKILL)
            kill(try #require(status.pid), SIGKILL)
            let driver = world.driver()
            #expect(
                try await eventually { try await driver.observe(recorded, of: attempt.instance).health == .healthy })
            #expect(await eventually { (try? await attempt.answer()) == "v1" })
        }
    }

    private func patient(_ deadline: Duration) -> HealthProbe {
        HealthProbe(
            kind: .http(path: "/healthz", port: "http"), interval: .milliseconds(100), timeout: .seconds(5),
            deadline: deadline)
    }
}
