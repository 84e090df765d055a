import Core
import Glibc
import HTTPClient
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite(.serialized) struct ReplicaTests {
    /// A version with so many replicas, after another or as the first.
    private func attempt(
        _ world: ProcessWorld, _ deployment: String, _ version: String, replicas: Int, previous: Secret? = nil
    ) async throws -> Attempt {
        var attempt = try await Attempt(
            world, deployment, commit: try await world.repository.commit(Service.files(version)), previous: previous)
        attempt.replicas = replicas
        return attempt
    }

    /// The processes that answer: whoever does in a dozen requests, and in as many more as it takes to see so many.
    private func serving(_ attempt: Attempt, _ count: Int) async throws -> Set<Int32> {
        let url = try await attempt.request().addresses.entrypoints["web"] ?? ""
        var found: Set<Int32> = []
        for round in 0..<500 where round < 12 || found.count < count {
            let request = HTTPClientRequest("GET", "\(url)/pid", headers: [("Connection", "close")])
            if let pid = Int32(try await attempt.world.client.send(request).text) { found.insert(pid) }
        }
        return found
    }

    private func runs(_ world: ProcessWorld, _ recorded: Secret) throws -> [SupervisedRun] {
        try ProcessState(recorded).runs.map {
            SupervisedRun(directory: world.directory.appending("runs/hello/local/\($0)"), threads: world.threads)
        }
    }

    private func pids(_ runs: [SupervisedRun]) async throws -> [Int32] {
        var pids: [Int32] = []
        for run in runs { pids.append(try #require(try await run.status()?.pid)) }
        return pids
    }

    @Test func theirNumberChangesUnderLoadWithoutAFailedRequest() async throws {
        try await withProcessWorld { world in
            var last = try await attempt(world, "01a", "v0", replicas: 1)
            var recorded = try await last.run()
            let url = try await last.request().addresses.entrypoints["web"] ?? ""
            let load = Load()
            load.start("\(url)/", rate: 150, client: world.client)
            for (round, replicas) in [3, 3, 2].enumerated() {
                let old = try ProcessState(recorded)
                last = try await attempt(
                    world, "01\("bcd".dropFirst(round).prefix(1))", "v\(round + 1)", replicas: replicas,
                    previous: recorded)
                recorded = try await last.run(times: round == 1 ? 2 : 1)
                #expect(try await serving(last, replicas) == Set(try await pids(try runs(world, recorded))))
                let free = old.replicas.flatMap(\.ports.values).allSatisfy { SystemPortProbe().isFree($0) }
                let entrypoints = try ProcessState(recorded).entrypoints
                #expect(free && entrypoints == old.entrypoints)
                let before = load.answered
                _ = await eventually { load.answered > before + 50 }
            }
            let outcome = await load.stop()
            #expect(outcome.failures == [] && Set(outcome.answers.keys) == ["v0", "v1", "v2", "v3"])
            #expect(
                try await world.driver().observe(recorded, of: last.instance)
                    == WorkloadObservation(health: .healthy, replicas: ReplicaCount(healthy: 2)))
        }
    }

    /// By its supervisor, and when that was killed too by the server.
    @Test func oneThatIsKilledIsStartedAgainAlone() async throws {
        try await withProcessWorld { world in
            let attempt = try await attempt(world, "01a", "v1", replicas: 3)
            let recorded = try await attempt.run()
            let runs = try runs(world, recorded)
            let (driver, before) = (world.driver(), try await pids(runs))
            let load = Load()
            load.start(
                "\(try await attempt.request().addresses.entrypoints["web"] ?? "")/", rate: 100, client: world.client)
            _ = await eventually { load.answered > 50 }

            kill(before[1], SIGKILL)
            #expect(try await eventually { ![nil, before[1]].contains(try await runs[1].status()?.pid) })
            #expect(
                try await eventually { try await driver.observe(recorded, of: attempt.instance).health == .healthy })
            let second = try await pids(runs)
            #expect(second[0] == before[0] && second[2] == before[2])

            kill(try #require(try await runs[2].status()?.supervisorPid), SIGKILL)
            kill(second[2], SIGKILL)
            let incomplete = WorkloadObservation(
                health: .degraded, reason: "2/3 replicas are healthy; replica 3: its supervisor is gone",
                replicas: ReplicaCount(healthy: 2, total: 3), isIncomplete: true)
            #expect(
                try await eventually { try await driver.observe(recorded, of: attempt.instance) == incomplete })
            #expect(try await serving(attempt, 2) == Set(second.prefix(2)))
            let again = try await driver.revive(recorded, of: attempt.instance)
            let third = try await pids(runs)
            #expect(try ProcessState(again) == ProcessState(recorded))
            #expect(Array(third.prefix(2)) == Array(second.prefix(2)) && third[2] != second[2])
            #expect(try await serving(attempt, 3) == Set(third))
            let outcome = await load.stop()
            #expect(outcome.failures == [])
        }
    }

    /// A stopped process is one that hangs: its port still accepts connections.
    @Test func oneThatHangsIsGivenNoRequestsUntilItAnswersAgain() async throws {
        try await withProcessWorld { world in
            var attempt = try await attempt(world, "01a", "v1", replicas: 2)
            attempt.health = HealthProbe(
                kind: .http(path: "/healthz", port: "http"), interval: .milliseconds(200), timeout: .seconds(2),
                deadline: .seconds(60))
            let recorded = try await attempt.run()
            let pids = try await pids(try runs(world, recorded))
            let driver = world.driver()
            func look() async throws -> String {
                let seen = try await driver.observe(recorded, of: attempt.instance)
                return "\(seen.health) \(seen.replicas?.description ?? "") \(seen.reason ?? "")"
            }
            kill(pids[0], SIGSTOP)
            #expect(
                try await look()
                    == "degraded 1/2 1/2 replicas are healthy; replica 1: GET /healthz did not answer within 2 s")
            let load = Load()
            load.start(
                "\(try await attempt.request().addresses.entrypoints["web"] ?? "")/", rate: 100, client: world.client)
            _ = await eventually { load.answered > 200 }
            #expect(try await serving(attempt, 1) == [pids[1]])
            // A server that starts finds it so.
            _ = try await world.driver().observe(recorded, of: attempt.instance)
            #expect(try await serving(attempt, 1) == [pids[1]])
            kill(pids[0], SIGCONT)
            #expect(try await eventually { try await look() == "healthy 2/2 " })
            #expect(try await serving(attempt, 2) == Set(pids))
            let outcome = await load.stop()
            #expect(outcome.failures == [])

            // Where none answers, none is kept from requests: one that recovers serves before it is looked at.
            pids.forEach { kill($0, SIGSTOP) }
            #expect(try await look().hasPrefix("degraded 0/2 "))
            pids.forEach { kill($0, SIGCONT) }
            #expect(try await serving(attempt, 2) == Set(pids))
        }
    }

    /// Each has a log of its own, none is left when all are stopped, and all come back.
    @Test func allAreStoppedStartedAndDestroyed() async throws {
        try await withProcessWorld { world in
            let attempt = try await attempt(world, "01a", "v1", replicas: 3)
            let recorded = try await attempt.run()
            let (driver, runs) = (world.driver(), try runs(world, recorded))
            func output(_ replica: Int) async throws -> String {
                let chunk = try await driver.output(
                    of: recorded, instance: attempt.instance, replica: replica, from: nil, maximumBytes: 1000)
                return String(decoding: chunk.bytes, as: UTF8.self)
            }
            #expect(try await output(3) == "version v1 with token None\n")
            await #expect(throws: DeploydError.self) { try await output(4) }
            #expect(attempt.log.text.contains("replica 3: started in slot a, ports http="))

            for _ in 0..<2 { try await driver.suspend(recorded, of: attempt.instance) }
            var alive = 0
            for run in runs where try await run.isAlive() { alive += 1 }
            #expect(alive == 0)
            _ = try await driver.revive(recorded, of: attempt.instance)
            #expect(try await serving(attempt, 3) == Set(try await pids(runs)))

            try await driver.destroy(attempt.instance, workload: recorded)
            #expect(FileTree.names(in: world.directory.appending("runs")) == [])
            #expect(try await world.haproxy.entrypoints() == [])
        }
    }

    /// The first that ends is the verdict; the version before goes on serving.
    @Test func oneThatEndsFailsTheVersion() async throws {
        try await withProcessWorld { world in
            let good = try await attempt(world, "01a", "v1", replicas: 2)
            let recorded = try await good.run()
            let served = try await serving(good, 2)
            var bad = try await attempt(world, "01b", "v2", replicas: 2, previous: recorded)
            let port = try await bad.request().addresses.ofFurther[0].listen["http"] ?? 0
            bad.command = ["sh", "-c", "[ $PORT != \(port) ] || exit 3; exec sleep 1000"]
            let verdict = try await bad.verdict()
            #expect(verdict?.code == .invalid)
            #expect(verdict?.message.hasPrefix("replica 2: exited with status 3 after ") == true)
            try await bad.abandon()
            #expect(try await serving(good, 2) == served && served.count == 2)
            #expect(
                try await bad.request().addresses.ofFurther.allSatisfy {
                    SystemPortProbe().isFree($0.listen["http"] ?? 0)
                })
        }
    }

    @Test func moreThanThereIsRoomForAreRefused() async throws {
        try await withProcessWorld { world in
            let cases: [(replicas: Int, ports: [String: Int])] = [
                (50, [:]), (51, [:]), (49, ["http": 1]), (50, ["http": 1]), (25, ["http": 1, "b": 2]),
            ]
            var refusals: [[String]] = []
            for (replicas, ports) in cases {
                refusals.append(
                    await world.driver().refusals(
                        for: InstanceIdentity(application: "hello", target: "local"),
                        WorkloadWish(
                            ports: ports, entrypoints: ports.isEmpty ? [:] : ["web": WorkloadEntrypoint(port: "http")],
                            replicas: replicas, limits: WorkloadLimits(), hasCommand: true)))
            }
            func refusal(_ most: Int, _ wanted: Int) -> [String] {
                ["replicas: deploy:process runs at most \(most) of this service, not \(wanted)"]
            }
            #expect(refusals == [[], refusal(50, 51), [], refusal(49, 50), refusal(24, 25)])
        }
    }
}
