import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Looking at what runs.
struct WatchTests {
    private func kill(_ bench: Bench) {
        bench.world.change(Bench.instance) { $0.running = [:] }
    }

    /// Wakes the instance every five seconds of the clock, as the monitor does.
    private func look(_ bench: Bench, _ clock: ManualClock, times: Int) async throws {
        for _ in 0..<times {
            clock.advance(by: .seconds(5))
            await bench.wake()
            while await bench.engine.reconcilers.isBusy(Bench.instance) { await Task.yield() }
        }
    }

    @Test func whatIsMissingIsStartedAgain() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        try await bench.deploy("v1")
        kill(bench)
        try await look(bench, clock, times: 1)
        #expect(bench.running == ["revived"])
        #expect(
            try await bench.history(.healthChanged) == [
                "health.changed healthy>missing deployd", "health.changed missing>healthy deployd",
            ])
        await bench.stop()
    }

    /// A workload that cannot live is tried less and less often, and told once.
    @Test func whatCannotLiveIsLeftAloneForLongerAndLonger() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock, faults: Faults { $0.step == "revive" ? .verdict : nil })
        try await bench.deploy("v1")
        kill(bench)
        // Ten minutes: at once, after 5, 10, 20 … 300 seconds, each with chance.
        try await look(bench, clock, times: 120)
        #expect((6...11).contains(bench.calls("revive", "")))
        #expect(try await bench.history(.healthChanged) == ["health.changed healthy>missing deployd"])
        await bench.stop()
    }

    /// How many replicas are healthy is recorded, and told once; those that are missing are started again.
    @Test func someOfSeveralReplicasMayBeUnwell() async throws {
        func seen(_ healthy: Int, isIncomplete: Bool = false) -> WorkloadObservation {
            WorkloadObservation(
                health: .degraded, reason: "\(healthy)/3", replicas: ReplicaCount(healthy: healthy, total: 3),
                isIncomplete: isIncomplete)
        }
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        try await bench.deploy("v1", extra: "replicas: 3\n")
        var found: [Instance] = [try await bench.current()]
        for seen in [seen(2), seen(1), seen(1, isIncomplete: true)] {
            bench.world.change(Bench.instance) { $0.seen = seen }
            try await look(bench, clock, times: 1)
            found.append(try await bench.current())
        }
        let texts = found.map { "\($0.health) \($0.replicas?.description ?? "") \($0.healthReason ?? "")" }
        #expect(texts == ["healthy 3/3 ", "degraded 2/3 2/3", "degraded 1/3 1/3", "healthy 3/3 "])
        #expect(bench.calls("revive", "") == 1 && found[1].since == found[2].since)
        #expect(
            try await bench.history(.healthChanged) == [
                "health.changed healthy>degraded deployd", "health.changed degraded>healthy deployd",
            ])
        await bench.stop()
    }

    /// What is stopped is looked at too: its addresses are to say so.
    @Test func addressesOfWhatIsStoppedAreLookedAfter() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        try await bench.deploy("v1")
        _ = try await bench.engine.instances.ask(.stop, of: Bench.instance, actor: "bob", cause: nil)
        #expect(try await eventually { try await bench.current().lifecycle.state == .stopped })
        let before = bench.calls("suspended", "")
        var found: [String] = []
        for problem in ["the port is taken", nil] {
            bench.world.change(Bench.instance) { $0.addressProblem = problem }
            try await look(bench, clock, times: 2)
            let instance = try await bench.current()
            found.append("\(instance.health) \(instance.replicas?.description ?? "") \(instance.healthReason ?? "")")
        }
        #expect(found == ["suspended 0/1 the port is taken", "suspended 0/1 "])
        #expect(bench.calls("suspended", "") > before && bench.calls("revive", "") == 0 && bench.running == [])
        await bench.stop()
    }

    /// A new version does not wait until the old one, which does not start any more, is given up.
    @Test func whatIsToBeDeployedBreaksOffStartingAgain() async throws {
        let faults = Faults { $0.step == "revive" ? .hang : nil }
        let bench = try await Bench(faults: faults)
        try await bench.deploy("v1")
        kill(bench)
        await bench.wake()
        #expect(await eventually { faults.hanging == 1 })
        try await bench.deploy("v2", over: "v1")
        #expect(bench.running == ["v2"])
        #expect(try await bench.current().health == .healthy)
        await bench.stop()
    }

    /// A look that fails now and then is not worth a line of history.
    @Test func aBlinkIsNotTold() async throws {
        let clock = ManualClock()
        let faults = Faults { $0.step == "observe" && $0.count % 2 == 1 ? .transient(afterEffect: false) : nil }
        let bench = try await Bench(clock: clock, faults: faults)
        try await bench.deploy("v1")
        try await look(bench, clock, times: 60)
        #expect(try await bench.history(.healthChanged) == ["health.changed healthy>unknown deployd"])
        try await bench.restart()
        try await look(bench, clock, times: 4)
        #expect(try await bench.current().health == .healthy)
        await bench.stop()
    }

    /// The monitor itself, for more than an hour: health is watched for as long as a version runs, and both ways.
    @Test func whatBecomesUnwellAfterAnHourIsSeenAndRecovers() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        try await bench.deploy("v1")
        let monitor = HealthMonitor(
            context: bench.engine.context, reconcilers: bench.engine.reconcilers, interval: .seconds(60))
        let task = Task { await monitor.run() }
        let begin = clock.now()
        func pass(_ duration: Duration) async throws {
            let end = clock.now() + duration
            while clock.now() < end {
                while clock.sleeping == 0 { await Task.yield() }
                while await bench.engine.reconcilers.isBusy(Bench.instance) { await Task.yield() }
                clock.advance(by: .seconds(60))
            }
        }
        var found: [String] = []
        for seen in [nil, "GET /healthz did not answer within 2 s", nil] {
            bench.world.change(Bench.instance) { place in
                place.seen = seen.map { WorkloadObservation(health: .degraded, reason: $0) }
            }
            if seen != nil { bench.world.happened("the proxy was started again") }
            try await pass(.seconds(3700))
            let instance = try await bench.current()
            found.append("\(instance.health) \(instance.healthReason ?? "") \(instance.deployed ?? "")")
        }
        task.cancel()
        await task.value
        #expect(found == ["healthy  v1", "degraded GET /healthz did not answer within 2 s v1", "healthy  v1"])
        let events = try await bench.durable.storage.read { try $0.events(after: 0, limit: 1000) }
            .filter { [.healthChanged, .entrypointsRestarted].contains($0.draft.type) && $0.time > begin }
        // The proxy and the instance are looked at side by side: either is told first.
        #expect(
            events.map { "\($0.draft.type.rawValue) \($0.draft.after ?? "") \($0.draft.detail ?? "")" }.sorted() == [
                "entrypoints.restarted  the proxy was started again",
                "health.changed degraded GET /healthz did not answer within 2 s", "health.changed healthy ",
            ])
        #expect(events.allSatisfy { $0.time - begin >= .seconds(3600) })
        #expect(try await bench.all().count == 1)
        await bench.stop()
    }
}
