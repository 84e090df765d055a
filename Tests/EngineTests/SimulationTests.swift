import Core
import Engine
import Glibc
import Model
import Store
import TestSupport
import Testing

/// Many services at once on a server that fails, hangs and dies wherever it can.
struct SimulationTests {
    static let servicesPerRound: UInt64 = 25
    /// `DEPLOYD_TEST_ROUND=N` begins with other seeds.
    static let firstRound = getenv("DEPLOYD_TEST_ROUND").flatMap { UInt64(String(cString: $0)) } ?? 0

    @Test(arguments: firstRound..<firstRound + 8)
    func whateverHappensOnTheWayTheLastVersionRunsOnce(round: UInt64) async throws {
        let crowds = round.isMultiple(of: 2) ? 1 : 5 as UInt64
        let durable = try Durable(topology: Durable.snapshot(crowds: Int(crowds)))
        let life = Life(seed: round, durable: durable)
        let server = Task { await life.run() }
        let seeds = (0..<SimulationTests.servicesPerRound).map { round * SimulationTests.servicesPerRound + $0 }
        var scripts = try await SimulationTests.together(seeds.map { Script(seed: $0, life: life, crowds: crowds) }) {
            try await $0.run()
        }
        try await life.calm()
        scripts = try await SimulationTests.together(scripts) { try await $0.finish() }
        let isSettled = try await eventually(within: .seconds(60)) {
            try await SimulationTests.isSettled(scripts, life)
        }
        let problems = try durable.storage.readNow { reader in
            try scripts.flatMap { try Invariants(script: $0, world: durable.world, reader: reader).problems() }
                + SimulationTests.gaps(reader)
        }
        server.cancel()
        await life.end()
        #expect(problems + durable.world.violations == [] && isSettled, "round \(round)")
    }

    private static func together(
        _ scripts: [Script], _ body: @escaping @Sendable (inout Script) async throws -> Void
    ) async throws -> [Script] {
        try await withThrowingTaskGroup(of: Script.self) { group in
            for script in scripts {
                group.addTask {
                    var script = script
                    try await body(&script)
                    return script
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func isSettled(_ scripts: [Script], _ life: Life) async throws -> Bool {
        let engine = try await life.current
        guard
            try await engine.context.storage.read({ reader in
                try reader.waitingDeliveryCount() == 0 && reader.unfinishedDeployments().isEmpty
            })
        else { return false }
        for instance in scripts.flatMap(\.instances) where await engine.reconcilers.isBusy(instance) { return false }
        return true
    }

    private static func gaps(_ reader: any StorageReader) throws -> [String] {
        var last: Int64 = 0
        while true {
            let events = try reader.events(after: last, limit: 1000)
            guard !events.isEmpty else { return [] }
            for event in events {
                guard event.id == last + 1 else { return ["event \(event.id) follows \(last)"] }
                last = event.id
            }
        }
    }
}
