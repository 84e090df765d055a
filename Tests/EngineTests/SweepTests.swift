import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Pushes whose webhooks did not come are found by looking at the refs.
struct SweepTests {
    private static let triggers = """
        triggers:
          - { branch: main, environment: development }
          - { tag: "v*", environment: production }
        """

    private func withBench(
        faults: Faults = Faults(), _ body: (Bench, String) async throws -> Void
    ) async throws {
        let bench = try await Bench(faults: faults)
        try await bench.engine.start()
        let repository = try #require(try await bench.durable.storage.read { try $0.repository(named: "acme/hello") })
        try await body(bench, repository.id)
        await bench.stop()
    }

    /// Sets a ref without a webhook.
    private func lose(_ commit: String, _ reference: String = "refs/heads/main", bench: Bench) {
        let file = Durable.file("hello", extra: SweepTests.triggers)
        bench.durable.source.commit(commit, of: "acme/hello", file: file, reference: reference)
    }

    private func announce(_ commit: String, _ reference: String = "refs/heads/main", bench: Bench) async throws {
        let id = "\(commit) \(reference)"
        _ = try await bench.engine.deliveries.accept(
            bench.durable.push(commit, to: "acme/hello", reference: reference, id: id))
        try await bench.settle()
    }

    /// Looks, waits for what follows, and gives the new deliveries: `REF COMMIT STATUS REASON`.
    private func sweep(_ bench: Bench, _ repository: String) async throws -> [String] {
        let sweeps = SweepService(context: bench.engine.context, deliveries: bench.engine.deliveries)
        let outcome = try await sweeps.sweep(repository)
        try await bench.settle()
        var found: [String] = []
        for id in outcome.deliveries {
            let delivery = try await bench.delivery(id)
            found.append("\(delivery.key.delivery) \(delivery.status) \(delivery.reason ?? "")")
        }
        return found
    }

    private func versions(_ bench: Bench) async throws -> [String] {
        let found = try await bench.durable.storage.read { try $0.environmentVersions(of: "hello") }
        return found.map { "\($0.environment) \($0.desired ?? "-")" }.sorted()
    }

    @Test func lostPushesAreDeliveredOnce() async throws {
        try await withBench { bench, repository in
            lose("c0", bench: bench)
            // The first look only notes.
            #expect(try await sweep(bench, repository) == [])
            lose("c1", bench: bench)
            lose("t1", "refs/tags/v1", bench: bench)
            let main = "refs/heads/main"
            #expect(
                try await sweep(bench, repository) == ["\(main) c1 processed ", "refs/tags/v1 t1 processed "])
            #expect(try await sweep(bench, repository) == [])
            #expect(try await bench.deployments() == ["c1 succeeded"])
            #expect(try await versions(bench) == ["development c1", "production v1"])

            // The webhook that comes late changes nothing, whatever was set meanwhile.
            try await bench.push("c2")
            try await bench.settle()
            try await bench.set("c1")
            lose("c3", bench: bench)
            #expect(try await sweep(bench, repository) == ["\(main) c3 processed "])
            try await bench.set("c1")
            try await announce("c3", bench: bench)
            #expect(try await versions(bench) == ["development c1", "production v1"])
            let late = try await bench.durable.storage.read {
                try $0.deliveries(status: nil, repository: "acme/hello", PageRequest()).items.first
            }
            let reason = try #require(late?.reason)
            #expect(reason.hasPrefix("refs/heads/main at c3 was processed already, with the delivery "))
            // A push back to where the ref was is a push.
            lose("c4", bench: bench)
            _ = try await sweep(bench, repository)
            lose("c3", bench: bench)
            #expect(try await sweep(bench, repository) == ["\(main) c3 processed "])
            #expect(try await versions(bench) == ["development c3", "production v1"])
        }
    }

    /// It knows nothing of what is wanted: what a person did stays, and a hold is not overcome.
    @Test func nothingIsUndone() async throws {
        try await withBench { bench, repository in
            for commit in ["c1", "c2"] {
                lose(commit, bench: bench)
                try await announce(commit, bench: bench)
            }
            _ = try await sweep(bench, repository)
            _ = try await bench.engine.versions.rollback(
                application: "hello", environment: "development", to: nil, actor: "bob", cause: nil)
            try await bench.settle()
            #expect(try await sweep(bench, repository) == [])
            lose("c3", bench: bench)
            let held = try await sweep(bench, repository)
            #expect(held.count == 1 && held[0].contains("c3 processed development is held by bob"))
            #expect(try await versions(bench) == ["development c1"])
            let released = try await bench.durable.storage.read { try $0.release("hello", "c3") != nil }
            #expect(released)
        }
    }

    /// Deleted refs are noted; recreated and moved ones are pushes, and a version is released once.
    @Test func refsComeAndGo() async throws {
        try await withBench { bench, repository in
            lose("c1", bench: bench)
            try await announce("c1", bench: bench)
            _ = try await sweep(bench, repository)
            lose("t1", "refs/tags/v1", bench: bench)
            #expect(try await sweep(bench, repository) == ["refs/tags/v1 t1 processed "])
            bench.durable.source.move("refs/tags/v1", of: "acme/hello", to: nil)
            #expect(try await sweep(bench, repository) == [])
            #expect(try await versions(bench) == ["development c1", "production v1"])
            lose("t1", "refs/tags/v1", bench: bench)
            #expect(try await sweep(bench, repository) == ["refs/tags/v1 t1 processed "])
            lose("t2", "refs/tags/v1", bench: bench)
            #expect(
                try await sweep(bench, repository) == [
                    "refs/tags/v1 t2 failed version v1 of hello was released from the commit t1, and refs/tags/v1 "
                        + "names t2 now: a release never changes; push a new tag"
                ])
            lose("c5", "refs/heads/feature", bench: bench)
            #expect(
                try await sweep(bench, repository) == [
                    "refs/heads/feature c5 ignored no trigger of hello names the branch feature"
                ])
            #expect(try await sweep(bench, repository) == [])
        }
    }

    /// A webhook that comes while a look is under way is newer than it.
    @Test func aLookThatIsOlderThanAWebhookDoesNothing() async throws {
        let gate = Setting<(@Sendable () -> Void)?>(nil)
        let faults = Faults { call in
            if call.step == "list" { gate.current?() }
            return nil
        }
        try await withBench(faults: faults) { bench, repository in
            lose("c1", bench: bench)
            try await announce("c1", bench: bench)
            _ = try await sweep(bench, repository)
            // While the refs are listed at c1, the webhook of c2 is processed.
            let storage = bench.durable.storage
            gate.set {
                let done = Wake()
                storage.write({ transaction in
                    try transaction.put(
                        SeenReference(
                            repository: repository, name: "refs/heads/main", commit: "c2", delivery: "w",
                            seenAt: Timestamp(seconds: 1)))
                }) { _ in done.raise() }
                while !done.take() {}
            }
            #expect(try await sweep(bench, repository) == [])
        }
    }

    /// A repository whose server does not answer says so, and delays no other.
    @Test func aDeadRepositoryIsVisibleAndDelaysOnlyItself() async throws {
        let isDead = Setting(true)
        let faults = Faults { call in
            call.step == "list" && call.subject == "acme/hello" && isDead.current
                ? .transient(afterEffect: false) : nil
        }
        let clock = ManualClock()
        let bench = try await Bench(clock: clock, faults: faults)
        try await bench.engine.start()
        try await bench.durable.addRepository("acme/other")
        let loop = SweepLoop(
            context: bench.engine.context, deliveries: bench.engine.deliveries, wake: Wake(), interval: .seconds(60))
        let task = Task { await loop.run() }
        func sweeps() async throws -> [CodeRepository.Sweep] {
            try await bench.durable.storage.read { try $0.repositories(PageRequest()).items.map(\.sweep) }
        }
        func lists(_ name: String) -> Int {
            bench.engine.faults.calls.count { $0.step == "list" && $0.subject == name }
        }
        #expect(
            try await eventually {
                try await sweeps().map { $0.problem ?? "\($0.at != nil)" } == [
                    "list of refs did not answer", "true",
                ]
            })
        let isLookedAt = await eventually {
            clock.advance(by: .seconds(20))
            return lists("acme/other") >= 30
        }
        #expect(isLookedAt && lists("acme/hello") <= 12)
        isDead.set(false)
        #expect(
            try await eventually {
                clock.advance(by: .seconds(60))
                return try await sweeps().allSatisfy { $0.problem == nil && $0.at != nil }
            })
        task.cancel()
        await task.value
        await bench.stop()
    }

    /// A delivery that did not get through is made again, when the server of the repository answers.
    @Test func aSweepThatWasNotListenedToIsRepeated() async throws {
        let isBroken = Setting(false)
        let faults = Faults { call in
            call.step == "fetch" && isBroken.current ? .transient(afterEffect: false) : nil
        }
        try await withBench(faults: faults) { bench, repository in
            lose("c1", bench: bench)
            try await announce("c1", bench: bench)
            _ = try await sweep(bench, repository)
            isBroken.set(true)
            lose("c2", bench: bench)
            let given = try await sweep(bench, repository).map { $0.prefix { $0 != ";" } }
            #expect(given == ["refs/heads/main c2 failed given up after 12 tries: fetch of head did not answer"])
            isBroken.set(false)
            #expect(try await sweep(bench, repository) == ["refs/heads/main c2 processed "])
            #expect(try await versions(bench) == ["development c2"])
        }
    }
}
