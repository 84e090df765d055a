import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// The version that an environment holds: set, rolled back, held.
struct VersionTests {
    private static func code(_ body: () async throws -> Void) async -> DeploydError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? DeploydError)?.code
        }
    }

    private func rollback(_ bench: Bench, to version: String? = nil) async throws {
        _ = try await bench.engine.versions.rollback(
            application: "hello", environment: "development", to: version, actor: "bob", cause: nil)
    }

    @Test func aRollbackHoldsUntilItIsReleased() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        try await bench.deploy("v2", over: "v1")
        try await rollback(bench)
        try await bench.settle()
        let held = try await bench.push("v3", over: "v2")
        try await bench.settle()
        let delivery = try await bench.delivery(held.id)
        #expect(delivery.status == .processed && delivery.deployments == [])
        #expect(
            delivery.reason == "development is held by bob: rolled back to v1; version v3 was released and not set")
        #expect(bench.serving == "v1")
        // A person may still.
        try await bench.set("v3")
        try await bench.settle()
        #expect(bench.serving == "v3")
        _ = try await bench.engine.versions.releaseHold(
            application: "hello", environment: "development", actor: "eve", cause: nil)
        try await bench.deploy("v4", over: "v3")
        #expect(
            try await bench.history(.versionDesired, .holdSet, .holdReleased) == [
                "version.desired >v1 ada", "version.desired v1>v2 ada", "hold.set > bob", "version.desired v2>v1 bob",
                "version.desired v1>v3 bob", "hold.released > eve", "version.desired v3>v4 ada",
            ])
        #expect(
            try await bench.history(.versionDeployed) == [
                "version.deployed >v1 ada", "version.deployed v1>v2 ada", "version.deployed v2>v1 bob",
                "version.deployed v1>v3 bob", "version.deployed v3>v4 ada",
            ])
        await bench.stop()
    }

    /// Rolling back once more goes further back, never forward to what was rolled back from.
    @Test func rollingBackAgainGoesFurtherBack() async throws {
        let bench = try await Bench(faults: Faults { $0.version == "v3" && $0.step == "build" ? .verdict : nil })
        for (version, before) in [("v1", nil), ("v2", "v1"), ("v3", "v2"), ("v4", "v3")] as [(String, String?)] {
            try await bench.deploy(version, over: before)
        }
        try await rollback(bench)
        try await bench.settle()
        let first = bench.serving
        try await rollback(bench)
        try await bench.settle()
        #expect([first, bench.serving] == ["v2", "v1"])
        #expect(await VersionTests.code { try await rollback(bench) } == .notFound)
        await bench.stop()
    }

    @Test func whatIsRefusedChangesNothing() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        let versions = bench.engine.versions
        #expect(await VersionTests.code { try await rollback(bench, to: "none") } == .notFound)
        #expect(await VersionTests.code { try await rollback(bench) } == .notFound)
        #expect(await VersionTests.code { try await bench.set("none") } == .notFound)
        #expect(await VersionTests.code { try await bench.set("v1", environment: "stage") } == .notFound)
        #expect(
            await VersionTests.code {
                _ = try await versions.setVersion(
                    application: "hello", environment: "development", version: "v1", actor: "bob", cause: nil,
                    expectedRevision: 7)
            } == .preconditionFailed)
        #expect(
            await VersionTests.code {
                _ = try await versions.releaseHold(
                    application: "hello", environment: "development", actor: "bob", cause: nil)
            } == .notFound)
        let held = try await bench.durable.storage.read { try $0.environmentVersion("hello", "development") }
        #expect(held?.hold == nil && held?.revision == 1)
        #expect(try await bench.history(.versionDesired, .holdSet) == ["version.desired >v1 ada"])
        await bench.stop()
    }
}
