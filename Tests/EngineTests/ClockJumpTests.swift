import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Somebody sets the clock while a server runs.
struct ClockJumpTests {
    static let jumps: [Duration] = [.seconds(86_400), .seconds(-3600)]

    /// Lets time pass until something holds, as long as what waits may take.
    private func within(_ limit: Int, _ clock: ManualClock, _ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<limit {
            if try await eventually(within: .milliseconds(200), condition) { return true }
            clock.advance(by: .seconds(1))
        }
        return try await eventually(condition)
    }

    /// A try that was put off is made after its pause, and what happens is told in its order.
    @Test(arguments: jumps)
    func whatWaitsWaitsNoLonger(jump: Duration) async throws {
        let clock = ManualClock()
        let bench = try await Bench(
            clock: clock,
            faults: Faults { $0.step == "fetch" && $0.count < 1 ? .transient(afterEffect: false) : nil })
        let first = try await bench.push("v1")
        #expect(try await eventually { try await bench.delivery(first.id).notBefore != nil })
        clock.jump(by: jump)
        #expect(try await within(10, clock) { bench.serving == "v1" })
        try await bench.settle()
        try await bench.deploy("v2", over: "v1")
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 succeeded"])
        let events = try await bench.durable.storage.read { try $0.events(after: 0, limit: 1000) }
        #expect(events.map(\.id) == (1...Int64(events.count)).map { $0 })
        #expect(events.map(\.draft).filter { $0.type == .versionDeployed }.compactMap(\.after) == ["v1", "v2"])
        await bench.stop()
    }

    /// The pause between two revivals is as long as it was meant to be.
    @Test(arguments: jumps)
    func whatIsMissingIsStartedAgainInTime(jump: Duration) async throws {
        let clock = ManualClock()
        let bench = try await Bench(
            clock: clock, faults: Faults { $0.step == "revive" && $0.count < 3 ? .verdict : nil })
        try await bench.deploy("v1")
        bench.world.change(Bench.instance) { $0.running = [:] }
        // Revivals come at once, then after at most 5, 10 and 20 seconds.
        for second in 0..<60 where bench.running != ["revived"] {
            if second == 1 { clock.jump(by: jump) }
            clock.advance(by: .seconds(1))
            await bench.wake()
            while await bench.engine.reconcilers.isBusy(Bench.instance) { await Task.yield() }
            if second == 2, jump > .zero { #expect(bench.calls("revive", "") < 3) }
        }
        #expect(bench.running == ["revived"])
        await bench.stop()
    }

    /// Repositories are looked at as often as before.
    @Test(arguments: jumps)
    func sweepsGoOn(jump: Duration) async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        bench.durable.source.commit("v1", of: "acme/hello", file: Durable.file("hello"))
        let wake = Wake()
        let loop = SweepLoop(
            context: bench.engine.context, deliveries: bench.engine.deliveries, wake: wake, interval: .seconds(60))
        let task = Task { await loop.run() }
        func looks() -> Int { bench.engine.faults.calls.count { $0.step == "list" } }
        #expect(try await within(60, clock) { looks() == 1 })
        clock.jump(by: jump)
        #expect(try await within(90, clock) { looks() >= 2 })
        task.cancel()
        await task.value
        await bench.stop()
    }
}
