import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Versions that people send on, and versions that they reject.
struct PromotionTests {
    private static let live = InstanceID(application: "hello", target: "p")

    private func failure(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return ""
        } catch { return "\(error)" }
    }

    private func promote(
        _ bench: Bench, from: String = "development", to: String? = nil, version: String? = nil
    ) async throws {
        _ = try await bench.engine.versions.promote(
            application: "hello", from: from, to: to, version: version, actor: "bob", cause: nil)
        try await bench.settle()
    }

    private func reject(_ bench: Bench, _ version: String) async throws {
        _ = try await bench.engine.rejections.reject(
            application: "hello", version: version, reason: "it eats data", actor: "eve", cause: nil)
        try await bench.settle()
    }

    @Test func aPromotionTakesWhatIsDeployedFurtherUnderAHoldToo() async throws {
        let bench = try await Bench()
        #expect(await failure { try await promote(bench) }.hasPrefix("no application 'hello'"))
        try await bench.deploy("v1")
        try await promote(bench)
        #expect(try await bench.current(Self.live).deployed == "v1")
        try await bench.deploy("v2", over: "v1")
        _ = try await bench.engine.versions.setHold(
            application: "hello", environment: "production", reason: "sales", actor: "eve", cause: nil)
        try await promote(bench)
        #expect(try await bench.current(Self.live).deployed == "v2")
        try await promote(bench, to: "production", version: "v1")
        #expect(try await bench.current(Self.live).deployed == "v1")
        let held = try await bench.durable.storage.read { try $0.environmentVersion("hello", "production") }
        #expect(held?.hold?.reason == "sales")
        #expect(
            try await bench.history(.promotionPromoted, .holdSet) == [
                "promotion.promoted >v1 bob", "hold.set > eve", "promotion.promoted v1>v2 bob",
                "promotion.promoted v2>v1 bob",
            ])
        #expect(
            [
                await failure { try await promote(bench, from: "production") },
                await failure { try await promote(bench, to: "development") },
                await failure { try await promote(bench, to: "prod") },
                await failure { try await promote(bench, version: "v9") },
            ] == [
                "nothing follows production; say where with --to: development",
                "development cannot be promoted to itself; say where with --to",
                "hello has no environment 'prod'; did you mean 'production'?",
                "hello has no release 'v9', so nothing can be deployed; see `deployd get releases`",
            ])
        await bench.stop()
    }

    /// No way leads to it any more; what runs goes on, and a rollback passes it over.
    @Test func aRejectedVersionComesNowhere() async throws {
        let bench = try await Bench()
        for (version, before) in [("v1", nil), ("v2", "v1"), ("v3", "v2")] as [(String, String?)] {
            try await bench.deploy(version, over: before)
        }
        try await reject(bench, "v3")
        try await reject(bench, "v2")
        // One without a release.
        try await reject(bench, "v4")
        #expect(bench.serving == "v3")
        let sentence = { (version: String) in
            "version \(version) of hello was rejected by eve: it eats data "
                + "(`deployd reject hello \(version) --undo` takes that back)"
        }
        let plans = bench.engine.plans
        var found = [await failure { try await bench.set("v2") }, await failure { try await promote(bench) }]
        found.append(
            await failure {
                _ = try await plans.deploy(
                    application: "hello", environment: "development", version: nil, digest: nil, actor: "bob",
                    cause: nil)
            })
        found.append(
            await failure {
                _ = try await bench.engine.versions.rollback(
                    application: "hello", environment: "development", to: "v2", actor: "bob", cause: nil)
            })
        #expect(found == ["v2", "v3", "v3", "v2"].map(sentence))
        let pushed = try await bench.push("v4", over: "v3")
        try await bench.settle()
        let delivery = try await bench.delivery(pushed.id)
        #expect(delivery.status == .failed)
        #expect(delivery.reason == sentence("v4") + "; version v4 was released and not set")
        #expect(bench.serving == "v3")
        _ = try await bench.engine.versions.rollback(
            application: "hello", environment: "development", to: nil, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(bench.serving == "v1")
        await bench.stop()
    }

    /// What waits when its version is rejected is not deployed, not after a restart either, until that is taken back.
    @Test func whatWaitsIsCancelledAndComesWhenItIsReadmitted() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        try await bench.deploy("v2", over: "v1")
        _ = try await bench.engine.instances.ask(.stop, of: Bench.instance, actor: "bob", cause: nil)
        try await bench.settle()
        try await bench.set("v1")
        try await reject(bench, "v1")
        _ = try await bench.engine.instances.ask(.start, of: Bench.instance, actor: "bob", cause: nil)
        try await bench.settle()
        try await bench.restart()
        try await bench.settle()
        let waiting = try await bench.current()
        #expect(waiting.deployed == "v2" && waiting.desired == "v1" && bench.serving != nil)
        try await bench.engine.rejections.readmit(application: "hello", version: "v1", actor: "eve", cause: nil)
        #expect(await eventually { bench.serving == "v1" })
        #expect(
            try await bench.history(.versionRejected, .versionReadmitted) == [
                "version.rejected >v1 eve", "version.readmitted >v1 eve",
            ])
        await bench.stop()
    }
}
