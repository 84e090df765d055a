import Core
import HTTPClient
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite(.serialized) struct ProcessDeploymentTests {
    @Test func aNewVersionTakesOverUnderLoadWithoutAFailedRequest() async throws {
        try await withProcessWorld { world in
            let first = try await Attempt(
                world, "01a", commit: try await world.repository.commit(Service.files("v1")))
            let recorded = try await first.run()
            #expect(try await first.answer() == "v1")

            let load = Load()
            load.start(
                "\(try await first.request().addresses.entrypoints["web"] ?? "")/", rate: 200, client: world.client)
            _ = await eventually { load.answered > 100 }
            let second = try await Attempt(
                world, "01b", commit: try await world.repository.commit(Service.files("v2")), previous: recorded)
            let state = try ProcessState(try await second.run())
            let before = load.answered
            _ = await eventually { load.answered > before + 100 }
            let outcome = await load.stop()
            #expect(outcome.failures == [])
            #expect(Set(outcome.answers.keys) == ["v1", "v2"] && outcome.answers.values.allSatisfy { $0 > 100 })

            let old = try ProcessState(recorded)
            #expect((old.slot, state.slot) == (.a, .b))
            #expect(old.entrypoints == state.entrypoints)
            #expect(SystemPortProbe().isFree(old.ports["http"] ?? 0))
            #expect(try await second.answer() == "v2")
            let observed = try await world.driver().observe(state.sealed, of: second.instance)
            #expect(observed == WorkloadObservation(health: .healthy, replicas: ReplicaCount(healthy: 1)))
        }
    }

    @Test func everyStepMayBeRepeated() async throws {
        try await withProcessWorld { world in
            let first = try await Attempt(
                world, "01a", commit: try await world.repository.commit(Service.files("v1")))
            let recorded = try await first.run(times: 2)
            let state = try ProcessState(recorded)
            let run = SupervisedRun(
                directory: world.directory.appending("runs/hello/local/01a"), threads: world.threads)
            let pid = try await run.status()?.pid

            var second = try await Attempt(
                world, "01b", commit: try await world.repository.commit(Service.files("v2")), previous: recorded)
            second.build = ["python3", "-m", "py_compile", "hello.py"]
            let next = try ProcessState(try await second.run(times: 3))
            #expect(pid != nil)
            #expect((state.slot, next.slot) == (.a, .b))
            #expect(try await second.answer() == "v2")
            #expect(try await !run.isAlive())
            #expect(second.log.lines.filter { $0 == "$ python3 -m py_compile hello.py" }.count == 1)
        }
    }

    @Test func whatDoesNotBuildLeavesNothing() async throws {
        try await withProcessWorld { world in
            var attempt = try await Attempt(
                world, "01a", commit: try await world.repository.commit(["build.sh": "#!/bin/sh\nsecho s3cret; exit 2"])
            )
            attempt.build = ["sh", "-c", "for i in $(seq 12); do echo line $i with s3cret-token; done; exit 2"]
            attempt.secrets = [Secret("s3cret-token")]
            let verdict = try await attempt.verdict()
            let lines = (3...12).map { "line \($0) with •••" }.joined(separator: "\n")
            #expect(verdict?.code == .invalid)
            #expect(verdict?.message == "build: sh exited with status 2\n\(lines)")
            #expect(FileTree.names(in: world.directory.appending("artifacts/hello")) == [])

            attempt.build = ["no-such-program"]
            let missing = try await attempt.verdict()
            #expect(missing?.message.hasPrefix("build: the program 'no-such-program' is not in PATH") == true)
        }
    }

    @Test func instancesThatNeedOneArtifactShareItsBuild() async throws {
        try await withProcessWorld { world in
            let commit = try await world.repository.commit(Service.files("v1"))
            let count = world.directory.appending("count")
            let attempts = try await (0..<3).asyncMap { number in
                var attempt = try await Attempt(world, "01a", commit: commit)
                attempt.instance = InstanceIdentity(application: "hello", target: "target-\(number)")
                attempt.build = ["sh", "-c", "echo built >> \(count); sleep 0.3"]
                return attempt
            }
            // One driver, since it is one server; a killed one had left something half made.
            try Files.makeDirectory(world.directory.appending("artifacts/hello/commit-\(commit)/source/junk"))
            let driver = world.driver()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for attempt in attempts {
                    group.addTask {
                        _ = try await driver.perform(attempt.steps[0], attempt.request(), attempt.log)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try Files.read(count, limit: 100) == Array("built\n".utf8))
            #expect(
                FileTree.names(in: world.directory.appending("artifacts/hello/commit-\(commit)/source"))
                    == ["VERSION", "hello.py"])
        }
    }

    @Test func programsAreGivenNothingOfTheServersEnvironment() async throws {
        try await withProcessWorld { world in
            var attempt = try await Attempt(
                world, "01a", commit: try await world.repository.commit(Service.files("v1")))
            attempt.build = ["env"]
            attempt.environment = ["GREETING": "hello"]
            try await attempt.run()
            let built = attempt.log.lines.filter { $0.contains("=") && !$0.contains(" ") }
            #expect(built.map { $0.prefix { $0 != "=" } }.sorted() == ["HOME", "LANG", "PATH"])
            let url = try await attempt.request().addresses.entrypoints["web"] ?? ""
            let variables = try await world.client.send(.init("GET", "\(url)/environment")).text.split(separator: "\n")
            // LC_CTYPE is python's own.
            #expect(
                variables.filter { $0 != "LC_CTYPE" } == ["GREETING", "HOME", "LANG", "PATH", "PORT", "PORT_HTTP"])
        }
    }

    @Test func aWorkerWithoutPortsHasToStayUp() async throws {
        try await withProcessWorld { world in
            var first = try await Attempt(world, "01a", commit: try await world.repository.commit(["a": "1"]))
            first.ports = [:]
            first.entrypoints = [:]
            first.command = ["sleep", "1000"]
            first.health = HealthProbe(
                kind: .staysUp(.milliseconds(300)), interval: .seconds(1), timeout: .seconds(1), deadline: .seconds(1))
            let recorded = try await first.run()
            var second = first
            second.deployment = "01b"
            second.previous = recorded
            let next = try await second.run()
            #expect(try await world.driver().observe(recorded, of: first.instance).health == .missing)
            #expect(try await world.driver().observe(next, of: first.instance).health == .healthy)
            #expect(try await !world.haproxy.isRunning())
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
