import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// A version that is brought to more instances than one transaction moves.
struct SpreadTests {
    private static let targets = (100..<220).map { "t\($0)" }
    private static let file = Durable.file("hello")

    private static func instances(_ bench: Bench) throws -> [Instance] {
        try bench.durable.storage.readNow { try $0.instances(InstanceFilter(environment: "development")) }
    }

    /// Calls `body` once, before the first write when only some instances have the version.
    private static func midway(_ bench: Bench, _ body: @escaping @Sendable () -> Bool) -> @Sendable () -> Bool {
        let isDone = Setting(false)
        return {
            guard !isDone.current, let versions = try? instances(bench).map(\.desired), versions.contains("v1"),
                versions.contains(nil)
            else { return false }
            isDone.set(true)
            return body()
        }
    }

    @Test func whatTheStoreRefusesMidwayIsTakenUpAgain() async throws {
        let bench = try await Bench(targets: Self.targets)
        try await bench.restart(refuses: Self.midway(bench) { true })
        let delivery = try await bench.push("v1")
        try await bench.settle()
        let after = try await bench.delivery(delivery.id)
        #expect(after.status == .processed && after.attempts == 2)
        #expect(Set(after.deployments).count == Self.targets.count)
        #expect(try Self.instances(bench).map(\.deployed) == Self.targets.map { _ in "v1" })
        let made = try await bench.durable.storage.read { reader in
            try Self.targets.map { try reader.deployments(.init(target: $0), PageRequest()).items.count }
        }
        #expect(made == Self.targets.map { _ in 1 })
        #expect(try await bench.history(.versionDesired) == ["version.desired >v1 ada"])
        await bench.stop()
    }

    /// It goes no further, whichever way the other one was set.
    @Test func anotherVersionThatIsSetMidwayStands() async throws {
        let bench = try await Bench(targets: Self.targets)
        let storage = bench.durable.storage
        try await bench.restart(
            refuses: Self.midway(bench) {
                // In the queue before the next page.
                storage.write({ transaction in
                    guard let current = try transaction.environmentVersion("hello", "development") else { return }
                    try transaction.put(
                        EnvironmentVersion(
                            application: "hello", environment: "development", desired: "v0",
                            revision: current.revision + 1, hold: nil, changedAt: current.changedAt))
                }) { _ in }
                return false
            })
        let delivery = try await bench.push("v1")
        try await bench.settle()
        #expect(try await bench.delivery(delivery.id).status == .processed)
        let versions = try Self.instances(bench).map(\.desired)
        #expect(versions.prefix(50).allSatisfy { $0 == "v1" } && versions.dropFirst(50).allSatisfy { $0 == nil })
        await bench.stop()
    }
}
