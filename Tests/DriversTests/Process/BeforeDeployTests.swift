import Core
import Glibc
import HTTPClient
import Model
import System
import TestSupport
import Testing

@testable import Drivers

/// The command before a new version, as a real process.
@Suite(.serialized) struct BeforeDeployTests {
    /// A service without ports, whose command notes that it was run.
    private func attempt(_ world: ProcessWorld, _ script: String, _ deployment: String = "01a") async throws -> Attempt
    {
        var attempt = try await Attempt(
            world, deployment, commit: try await world.repository.commit(["VERSION": deployment]))
        attempt.command = ["sleep", "1000"]
        attempt.ports = [:]
        attempt.entrypoints = [:]
        attempt.health = HealthProbe(
            kind: .staysUp(.milliseconds(10)), interval: .seconds(1), timeout: .seconds(1), deadline: .seconds(60))
        attempt.secrets = [Secret("s3cret-token")]
        attempt.environment = ["TOKEN": "s3cret-token", "NOTES": world.directory.appending("notes")]
        attempt.beforeDeploy = ["sh", "-c", "echo run >> $NOTES; \(script)"]
        return attempt
    }

    private func notes(_ world: ProcessWorld) -> String {
        let bytes = try? Files.read(world.directory.appending("notes"), limit: 1 << 16)
        return String(decoding: bytes ?? [], as: UTF8.self)
    }

    @Test func isRunOnceInTheServicesPlaceHoweverOftenTheStepIsPerformed() async throws {
        try await withProcessWorld { world in
            let attempt = try await attempt(world, "pwd; cat VERSION; echo \" $HOME of $TOKEN\"; echo last >&2")
            try await attempt.run(times: 3)
            let folder = "\(world.directory.path)/artifacts/hello/\(attempt.release.source.key)/source"
            let home = "\(world.directory.path)/runs/hello/local/01a-before/home"
            #expect(notes(world) == "run\n")
            let printed = attempt.log.lines.drop { !$0.hasPrefix("$ sh") }.dropFirst().prefix(4)
            #expect(Array(printed) == [folder, "01a \(home) of s3cret-token", "last"] + printed.dropFirst(3))
            #expect(attempt.log.lines.filter { $0 == "last" }.count == 1)
        }
    }

    @Test(arguments: [
        ("echo of $TOKEN; exit 5", "beforeDeploy: exited with status 5\nof •••"),
        ("kill -9 $$", "beforeDeploy: was ended by signal 9"),
    ])
    func aFailureIsAVerdictAndIsNotRepeated(script: String, message: String) async throws {
        try await withProcessWorld { world in
            let attempt = try await attempt(world, script)
            for _ in 0..<2 {
                let verdict = try await attempt.verdict()
                #expect(verdict?.code == .invalid && verdict?.message == message)
            }
            try await attempt.abandon()
            // A server that died before it recorded the verdict.
            #expect(try await attempt.verdict()?.message == message)
            #expect(notes(world) == "run\n")
            // Somebody said so.
            var again = try await self.attempt(world, script, "01b")
            again.log = RecordedLog()
            #expect(try await again.verdict()?.message == message)
            #expect(notes(world) == "run\nrun\n")
        }
    }

    @Test func whatIsNoProgramIsAVerdict() async throws {
        try await withProcessWorld { world in
            var attempt = try await attempt(world, "")
            attempt.beforeDeploy = ["./no-such-program"]
            let verdict = try await attempt.verdict()
            #expect(verdict?.code == .invalid && verdict?.message.hasPrefix("beforeDeploy: ") == true)
        }
    }

    @Test func onesWhoseEndNobodySawAreNotRepeated() async throws {
        try await withProcessWorld { world in
            let attempt = try await attempt(world, "echo half; sleep 1000")
            let performing = Task { try await attempt.verdict() }
            let run = SupervisedRun(
                directory: world.directory.appending("runs/hello/local/01a-before"), threads: world.threads)
            #expect(await eventually { attempt.log.lines.contains("half") })
            let status = try #require(try await run.status())
            kill(status.supervisorPid, SIGKILL)
            let expected = """
                beforeDeploy: was cut short: its supervisor was killed, or the machine restarted; look at what it has \
                done, then run `deployd apply hello --environment local`, which runs it again
                half
                """
            #expect(try await performing.value?.message == expected)
            #expect(try await attempt.verdict()?.message == expected)
            // One that is dead and that nobody waits for has no words.
            let left = try? Files.read("/proc/\(status.pid ?? 0)/cmdline", limit: 1 << 16)
            #expect(notes(world) == "run\n" && (left ?? []).isEmpty)
        }
    }

    @Test func oneThatTakesTooLongIsEnded() async throws {
        try await withProcessWorld { world in
            let attempt = try await attempt(world, "echo half; sleep 1000")
            let step = ProcessSteps.beforeDeploy
            for build in attempt.steps.prefix(1) { _ = try await attempt.perform(build) }
            var parts = world.parts
            parts.beforeDeployLimit = .seconds(1)
            let request = try await attempt.request()
            let error = await #expect(throws: DeploydError.self) {
                try await ProcessDriver(parts).perform(step, request, attempt.log)
            }
            #expect(error?.message == "beforeDeploy: did not end within 1 s\nhalf")
            let run = SupervisedRun(
                directory: world.directory.appending("runs/hello/local/01a-before"), threads: world.threads)
            #expect(try await !run.isAlive())
        }
    }
}
