import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// What a driver tells of by itself, as a cluster's does.
struct ToldTests {
    private let clock = ManualClock()

    /// A bench with `v1` deployed, whose world is followed.
    private func bench(_ faults: Faults = Faults()) async throws -> Bench {
        let bench = try await Bench(clock: clock, faults: faults, isCluster: true)
        try await bench.deploy("v1")
        #expect(await eventually { bench.world.watches == 1 })
        return bench
    }

    private func see(_ observation: WorkloadObservation?, _ bench: Bench) async {
        bench.world.change(Bench.instance) { $0.seen = observation }
        bench.world.tell(Bench.instance)
    }

    /// Waits until nothing is done, and one look is planned.
    private func rests(_ bench: Bench) async -> Bool {
        await eventually {
            let isBusy = await bench.engine.reconcilers.isBusy(Bench.instance)
            return !isBusy && clock.sleeping == 1
        }
    }

    private func becomes(_ health: Health, _ bench: Bench) async throws -> Bool {
        try await eventually { try await bench.current().health == health }
    }

    /// Both ways at once, though no time passes and nobody looks; but what comes and goes has to settle.
    @Test func healthIsRecordedWhenItIsTold() async throws {
        let bench = try await bench()
        for _ in 0..<RecoveryMemory.burst {
            await see(WorkloadObservation(health: .degraded, reason: "1 of 2"), bench)
            #expect(try await becomes(.degraded, bench))
            await see(nil, bench)
            #expect(try await becomes(.healthy, bench))
        }
        await see(WorkloadObservation(health: .degraded, reason: "1 of 2"), bench)
        #expect(try await becomes(.degraded, bench))
        await see(nil, bench)
        // Somebody looks again when it has settled.
        #expect(await rests(bench))
        #expect(try await bench.current().health == .degraded)
        clock.advance(by: RecoveryMemory.settling)
        #expect(try await becomes(.healthy, bench))
        await bench.stop()
    }

    @Test func driftIsToldOnce() async throws {
        func seen(_ drift: [DriftedField]?) -> WorkloadObservation {
            var observation = WorkloadObservation(health: .healthy)
            observation.drift = drift
            return observation
        }
        let replicas = DriftedField(object: "Deployment hello", field: "spec.replicas", manager: "kubectl-edit")
        let gone = DriftedField(object: "Service hello", field: nil, manager: nil)
        let bench = try await bench()
        var found: [[DriftedField]] = []
        let looks: [([DriftedField]?, [DriftedField])] = [
            ([replicas], [replicas]), ([replicas, replicas], [replicas]), (nil, [replicas]),
            ([gone, replicas], [replicas, gone]), ([replicas, gone], [replicas, gone]), ([], []), ([], []),
        ]
        for (drift, expected) in looks {
            let before = bench.calls("observe", "")
            await see(seen(drift), bench)
            #expect(await eventually { bench.calls("observe", "") > before })
            #expect(try await eventually { try await bench.current().drift == expected })
            found.append(try await bench.current().drift)
        }
        #expect(found == looks.map(\.1))
        let events = try await bench.durable.storage.read { try $0.events(after: 0, limit: 1000) }.map(\.draft)
            .filter { [.driftDetected, .driftCleared].contains($0.type) }
        let both = "Deployment hello: spec.replicas (kubectl-edit); Service hello is gone"
        #expect(
            events.map { "\($0.type.rawValue) \($0.target ?? "") \($0.detail ?? "")" } == [
                "drift.detected a Deployment hello: spec.replicas (kubectl-edit)", "drift.detected a \(both)",
                "drift.cleared a \(both)",
            ])
        await bench.stop()
    }

    /// What runs is not missing: it is mended at once, and again only after a pause.
    @Test func driftIsHealedWhereTheDriverSaysSo() async throws {
        let bench = try await bench()
        var drifted = WorkloadObservation(health: .healthy, reason: "it is healed", isIncomplete: true)
        drifted.drift = [DriftedField(object: "Service hello", field: nil, manager: nil)]
        var whole = WorkloadObservation(health: .healthy)
        whole.drift = []
        bench.world.change(Bench.instance) { $0.mended = whole }
        await see(drifted, bench)
        #expect(try await eventually { try await bench.history(.driftCleared).count == 1 })
        await see(drifted, bench)
        #expect(await rests(bench))
        #expect(bench.calls("revive", "") == 1)
        clock.advance(by: .seconds(10))
        #expect(await eventually { bench.calls("revive", "") == 2 })
        #expect(try await eventually { try await bench.history(.driftDetected, .driftCleared).count == 4 })
        #expect(try await bench.history(.healthChanged) == [])
        await bench.stop()
    }

    /// A watch that ends is begun anew after a pause, and what happened meanwhile is seen.
    @Test func aWatchThatEndsIsBegunAnew() async throws {
        let bench = try await bench()
        bench.world.endWatch()
        #expect(await eventually { clock.sleeping == 1 })
        bench.world.change(Bench.instance) { $0.seen = WorkloadObservation(health: .degraded) }
        clock.advance(by: .seconds(2))
        #expect(try await becomes(.degraded, bench))
        #expect(await eventually { bench.world.watches == 2 })
        await bench.stop()
    }

    /// One whose settings are others is followed as it is now; one that is gone no more.
    @Test func aChangedWorldIsFollowedAnew() async throws {
        let bench = try await bench()
        let topology = bench.engine.topology
        let changed = Durable.snapshot(targets: ["a"], parameters: ["region": "us"])
        _ = try await topology.adopt(changed)
        #expect(await eventually { bench.world.watches == 2 })
        await see(WorkloadObservation(health: .degraded), bench)
        #expect(try await becomes(.degraded, bench))
        #expect(bench.world.watches == 2)
        await bench.stop()
    }

    /// The monitor leaves it alone, but for a look every few minutes.
    @Test func whatIsToldOfIsHardlyLookedAt() async throws {
        let bench = try await bench()
        let monitor = HealthMonitor(context: bench.engine.context, reconcilers: bench.engine.reconcilers)
        let task = Task { await monitor.run() }
        let before = bench.calls("observe", "")
        for _ in 0..<120 {
            #expect(await eventually { clock.sleeping == 1 })
            clock.advance(by: .seconds(5))
        }
        #expect(await eventually { clock.sleeping == 1 })
        task.cancel()
        await task.value
        #expect((1...2).contains(bench.calls("observe", "") - before))
        await bench.stop()
    }
}
