import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Repositories that hang keep only themselves waiting.
struct HangingRepositoryTests {
    /// More than there are places, of both kinds.
    private static let names = (10..<40).map { "acme/hangs-\($0)" }

    /// All of them have had a turn: sixteen hang aside, and the others wait for one of these places.
    private func bench(hangs: Setting<Bool>) async throws -> (Bench, [Delivery]) {
        let faults = Faults { call in
            hangs.current && call.step == "fetch" && call.subject.hasPrefix("acme/hangs-") ? .hang : nil
        }
        let timer = ManualClock()
        let bench = try await Bench(faults: faults, timer: timer)
        var deliveries: [Delivery] = []
        for name in HangingRepositoryTests.names {
            try await bench.durable.addRepository(name)
            bench.durable.source.commit("head", of: name, file: "nobody: knows this")
            let delivery = bench.durable.push("head", to: name)
            _ = try await bench.engine.deliveries.accept(delivery)
            deliveries.append(delivery)
        }
        let isSorted = await eventually {
            timer.advance(by: .seconds(11))
            return faults.hanging == 16
                && faults.calls.count { $0.step == "fetch" } >= HangingRepositoryTests.names.count
        }
        #expect(isSorted)
        return (bench, deliveries)
    }

    @Test func othersGoOn() async throws {
        let (bench, deliveries) = try await bench(hangs: Setting(true))
        for number in 1...3 {
            try await bench.push("v\(number)", over: number > 1 ? "v\(number - 1)" : nil)
            #expect(await eventually { bench.serving == "v\(number)" })
        }
        var seen: [String: Int] = [:]
        for delivery in deliveries {
            let now = try await bench.delivery(delivery.id)
            seen["\(now.status) \(now.attempts)", default: 0] += 1
        }
        // Those that were put back were not tried.
        #expect(seen == ["processing 1": 16, "accepted 0": 14])
        await bench.stop()
    }

    @Test func theyGoOnWhenTheyAnswer() async throws {
        let hangs = Setting(true)
        let (bench, deliveries) = try await bench(hangs: hangs)
        hangs.set(false)
        // What hangs is given up by the deadline of a fetch, which a restart stands for here.
        try await bench.restart()
        try await bench.settle()
        var statuses: Set<Delivery.Status> = []
        for delivery in deliveries { statuses.insert(try await bench.delivery(delivery.id).status) }
        // Each was read: its file is no good.
        #expect(statuses == [.failed])
        await bench.stop()
    }
}
