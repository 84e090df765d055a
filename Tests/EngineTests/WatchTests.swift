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
}
