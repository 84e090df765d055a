import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Services that are images: their tags are looked up when the release is made.
struct ImageTests {
    private static let name = "registry.example.com/acme/hello"
    private static let file = Durable.file("hello", extra: "image: \(name)")

    private func image(_ bench: Bench, _ version: String, of service: String = "hello") async throws -> String? {
        try await bench.durable.storage.read { try $0.release(service, version) }?.image?.pinned
    }

    /// Waits until a delivery is as it should be, while time goes by.
    private func await(
        _ delivery: Delivery, _ bench: Bench, _ clock: ManualClock? = nil, step: Duration = .seconds(1),
        until isDone: (Delivery) -> Bool
    ) async throws -> Delivery {
        let isReached = try await eventually {
            clock?.advance(by: step)
            return isDone(try await bench.delivery(delivery.id))
        }
        let now = try await bench.delivery(delivery.id)
        #expect(isReached, "\(now)")
        return now
    }

    @Test func aTagIsLookedUpOnce() async throws {
        let bench = try await Bench()
        bench.durable.images.put("sha256:1", "\(Self.name):v1")
        bench.durable.images.put("sha256:2", "\(Self.name):v2")
        try await bench.deploy("v1", file: Self.file)
        try await bench.deploy("v2", over: "v1", file: Self.file)
        try await bench.set("v1")
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 succeeded", "v1 succeeded"])
        #expect(
            [try await image(bench, "v1"), try await image(bench, "v2")] == [
                "\(Self.name)@sha256:1", "\(Self.name)@sha256:2",
            ])
        #expect(bench.durable.images.asked == ["\(Self.name):v1 w", "\(Self.name):v2 w"])
        await bench.stop()
    }

    /// Nothing else waits meanwhile, and neither a death of the server nor a push that follows changes what comes of it.
    @Test func aTagThatComesLateIsWaitedFor() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        try await bench.durable.addRepository("acme/other")
        let late = try await bench.push("v1", file: Self.file)
        let waiting = try await self.await(late, bench) { $0.status == .accepted && $0.wait != nil }
        #expect(waiting.reason == "waits for \(Self.name):v1 (not there yet, until 22:28 UTC)")
        bench.durable.source.commit("o1", of: "acme/other", file: Durable.file("other"))
        let other = bench.durable.push("o1", to: "acme/other")
        _ = try await bench.engine.deliveries.accept(other)
        // A tag of the same commit's repository is not held up either.
        let reference = "refs/tags/t1"
        bench.durable.images.put("sha256:t", "\(Self.name):t1")
        bench.durable.source.commit("c1", of: "acme/hello", file: Self.file, reference: reference)
        let tag = bench.durable.push("c1", to: "acme/hello", reference: reference)
        _ = try await bench.engine.deliveries.accept(tag)
        for delivery in [other, tag] { _ = try await self.await(delivery, bench) { $0.status == .processed } }
        try await bench.restart()
        _ = try await self.await(late, bench, clock) { $0.notBefore.map { $0 > clock.now() + .seconds(5) } ?? false }
        bench.durable.images.put("sha256:1", "\(Self.name):v1")
        let done = try await self.await(late, bench, clock) { $0.status == .processed }
        #expect(
            (done.reason, done.attempts, done.wait, done.deployments.count, try await image(bench, "v1"))
                == (nil, 2, nil, 1, "\(Self.name)@sha256:1"))
        #expect(await eventually { bench.serving == "v1" })
        await bench.stop()
    }

    @Test func whatNeverComesFailsAndMayBeDeliveredAgain() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        let delivery = try await bench.push("v1", file: Self.file)
        let failed = try await self.await(delivery, bench, clock, step: .seconds(20)) { $0.status == .failed }
        #expect(
            failed.reason
                == "\(Self.name):v1 was not there within 15 minutes: push the image with that tag (its build may have "
                + "failed), then `deployd redeliver \(delivery.id)`")
        #expect(failed.wait == nil && bench.durable.images.asked.count < 45)
        _ = try await bench.engine.deliveries.redeliver(delivery.id)
        _ = try await self.await(delivery, bench, clock) { $0.wait != nil }
        bench.durable.images.put("sha256:1", "\(Self.name):v1")
        _ = try await self.await(delivery, bench, clock) { $0.status == .processed }
        #expect(await eventually { bench.serving == "v1" })
        await bench.stop()
    }

    /// Both are released in the end, and the newer one runs.
    @Test(arguments: [true, false])
    func aNewerPushIsWhatRuns(olderIsFirst: Bool) async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        let older = try await bench.push("v1", file: Self.file)
        _ = try await self.await(older, bench) { $0.wait != nil }
        let newer = try await bench.push("v2", over: "v1", file: Self.file)
        _ = try await self.await(newer, bench) { $0.wait != nil }
        for version in olderIsFirst ? ["v1", "v2"] : ["v2", "v1"] {
            bench.durable.images.put("sha256:\(version)", "\(Self.name):\(version)")
            _ = try await self.await(version == "v1" ? older : newer, bench, clock) { $0.status == .processed }
            let running = olderIsFirst ? version : "v2"
            #expect(await eventually { bench.serving == running })
        }
        let all = olderIsFirst ? ["v1 succeeded", "v2 succeeded"] : ["v2 succeeded"]
        #expect(try await eventually { try await bench.deployments() == all })
        let rest = olderIsFirst ? "" : "; development is at version v2; version v1 was released and not set"
        #expect(try await bench.delivery(older.id).reason == "refs/heads/main has moved on to v2\(rest)")
        #expect([try await image(bench, "v1"), try await image(bench, "v2")].allSatisfy { $0 != nil })
        await bench.stop()
    }

    /// Of several services the others are released at once, and not set again.
    @Test func theOthersDoNotWait() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        let before = ["a/deployd.yaml": Durable.file("hello", extra: "labels: { a: b }")]
        bench.durable.source.commit("v0", of: "acme/hello", file: "services: [a]", tree: before)
        _ = try await self.await(try await bench.deliver("v0"), bench) { $0.status == .processed }
        #expect(await eventually { bench.serving == "v0" })
        let tree = [
            "a/deployd.yaml": Durable.file("hello"),
            "b/deployd.yaml": Durable.file("late", extra: "image: \(Self.name)"),
        ]
        bench.durable.source.commit("v1", of: "acme/hello", file: "services: [a, b]", tree: tree)
        let delivery = try await bench.deliver("v1", over: "v0")
        let waiting = try await self.await(delivery, bench) { $0.wait != nil }
        #expect(
            waiting.reason
                == "waits for \(Self.name):v1 (not there yet, until 22:28 UTC); the others were released: hello")
        #expect(await eventually { bench.serving == "v1" })
        try await bench.set("v0")
        bench.durable.images.put("sha256:1", "\(Self.name):v1")
        let done = try await self.await(delivery, bench, clock) { $0.status == .processed }
        #expect((done.reason, done.deployments.count) == (nil, 2))
        let (late, desired) = try await bench.durable.storage.read { reader in
            (try reader.release("late", "v1"), try reader.environmentVersion("hello", "development")?.desired)
        }
        #expect((late?.image?.digest, desired) == ("sha256:1", "v0"))
        await bench.stop()
    }

    @Test func aTagThatMovedIsReported() async throws {
        let bench = try await Bench()
        bench.durable.images.put("sha256:1", "\(Self.name):v1")
        let delivery = try await bench.push("v1", file: Self.file)
        try await bench.settle()
        var reasons: [String?] = []
        for digest in ["sha256:2", "sha256:2", "sha256:1", nil] {
            bench.durable.images.put(digest, "\(Self.name):v1")
            _ = try await bench.engine.deliveries.redeliver(delivery.id)
            try await bench.settle()
            reasons.append(try await bench.delivery(delivery.id).reason)
        }
        let moved =
            "\(Self.name):v1 names sha256:2 now; version v1 stays what it was released as, sha256:1: a release never "
            + "changes; push the new image under a new tag"
        #expect(
            reasons == [moved, moved, "\(Self.name):v1 names sha256:1 again, as when version v1 was released", nil])
        #expect(
            try await bench.history(.releaseImageMoved) == [
                "release.imageMoved sha256:1>sha256:2 ada", "release.imageMoved sha256:2>sha256:1 ada",
            ])
        let release = try await bench.durable.storage.read { try $0.release("hello", "v1") }
        #expect((release?.image?.digest, release?.imageMovedTo) == ("sha256:1", nil))
        await bench.stop()
    }

    /// A version that goes further is looked at once more; it is deployed as it was released.
    @Test func aTagIsLookedAtWhenItsVersionGoesFurther() async throws {
        let bench = try await Bench()
        let look = ImageLook(context: bench.engine.context)
        let task = Task { await look.run() }
        bench.durable.images.put("sha256:1", "\(Self.name):v1")
        try await bench.deploy("v1", file: Self.file)
        try await bench.engine.context.clock.sleep(for: .seconds(120))
        bench.durable.images.put("sha256:2", "\(Self.name):v1")
        try await bench.set("v1", environment: "production")
        #expect(
            try await eventually {
                try await bench.history(.releaseImageMoved) == ["release.imageMoved sha256:1>sha256:2 deployd"]
            })
        try await bench.settle()
        #expect(try await bench.deployments(on: "p") == ["v1 succeeded"])
        let release = try await bench.durable.storage.read { try $0.release("hello", "v1") }
        #expect(release?.image?.digest == "sha256:1")
        task.cancel()
        await task.value
        await bench.stop()
    }

    /// What the registry refuses is a verdict; what lies on the way is tried again, as late as the registry says.
    @Test func whatTheRegistrySays() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        bench.durable.images.fail(with: DeploydError(.unauthenticated, "who are you"))
        let refused = try await bench.push("v1", file: Self.file)
        _ = try await self.await(refused, bench) { $0.status == .failed && $0.reason == "who are you" }
        bench.durable.images.fail(
            with: DeploydError(.exhausted, "asked too often", metadata: ["retryAfter": "120"]))
        let delivery = try await bench.push("v2", over: "v1", file: Self.file)
        _ = try await self.await(delivery, bench) { $0.notBefore == clock.now() + .seconds(120) }
        bench.durable.images.fail(with: nil)
        bench.durable.images.put("sha256:2", "\(Self.name):v2")
        _ = try await self.await(delivery, bench, clock) { $0.status == .processed }
        await bench.stop()
    }

    @Test func aPushedFolderHasNoTag() async throws {
        let bench = try await Bench()
        bench.durable.source.addTree("spooled", file: Self.file)
        let tree = RepositoryEvent.Tree(
            application: "hello", environment: "development", file: "spooled", digest: "d", isGzip: false, actor: "bob")
        let delivery = bench.durable.delivery("t", .tree(tree), nil)
        _ = try await bench.engine.deliveries.accept(delivery)
        let failed = try await self.await(delivery, bench) { $0.status == .failed }
        #expect(failed.reason?.hasPrefix("the service 'hello' is the image \(Self.name), whose tag is") == true)
        await bench.stop()
    }

    @Test func tagsOfSeveralServices() {
        let tags = [("v1", "hello"), ("hello/v1", "hello"), ("other/v1", "hello")].map {
            ImageReference.tag(of: $0.0, service: $0.1)
        }
        #expect(tags == ["v1", "v1", "other/v1"])
    }
}
