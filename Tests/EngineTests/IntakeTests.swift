import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// From a delivery to a version.
struct IntakeTests {
    /// Two pushes in quick succession: whatever comes first, the newer runs, and both are released.
    @Test func theNewerCommitRunsWhicheverDeliveryComesFirst() async throws {
        let bench = try await Bench()
        bench.durable.source.commit("v1", of: "acme/hello", file: Durable.file("hello"))
        let newer = try await bench.push("v2", over: "v1")
        try await bench.settle()
        let older = try await bench.deliver("v1")
        try await bench.settle()
        #expect(try await bench.deployments() == ["v2 succeeded"])
        let deliveries = [try await bench.delivery(newer.id), try await bench.delivery(older.id)]
        #expect(deliveries[0].deployments == deliveries[1].deployments)
        #expect(deliveries.map(\.reason) == [nil, "refs/heads/main has moved on to v2"])
        #expect(
            try await bench.history(.releaseCreated, .versionDesired) == [
                "release.created >v2 ada", "version.desired >v2 ada", "release.created >v1 ada",
            ])
        await bench.stop()
    }

    @Test func aRepeatDoesNothingMore() async throws {
        let bench = try await Bench()
        let first = try await bench.push("v1")
        try await bench.settle()
        #expect(try await bench.engine.deliveries.accept(first) == .repeated(id: first.id))
        let before = try await bench.delivery(first.id)
        _ = try await bench.engine.deliveries.redeliver(first.id)
        try await bench.settle()
        let after = try await bench.delivery(first.id)
        #expect(before == after && after.deployments.count == 1)
        #expect(try await bench.deployments() == ["v1 succeeded"])
        #expect(try await bench.history(.releaseCreated, .versionDesired).count == 2)
        await bench.stop()
    }

    /// A push that a broken one follows takes effect as if it had been first; it never goes back.
    @Test func aBrokenHeadHidesNothing() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        bench.durable.source.commit("v2", of: "acme/hello", file: Durable.file("hello"))
        let broken = try await bench.push("v3", over: "v2", file: "service: hello\nprots: 1")
        let good = try await bench.deliver("v2", over: "v1")
        let late = try await bench.deliver("v1", id: "late")
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 succeeded"])
        let deliveries = [
            try await bench.delivery(broken.id), try await bench.delivery(good.id), try await bench.delivery(late.id),
        ]
        #expect(deliveries.map(\.status) == [.failed, .processed, .processed])
        #expect(deliveries[0].reason?.hasPrefix("deployd.yaml:2:1: prots: unknown key") == true)
        #expect(
            deliveries[2].reason?.hasSuffix("development is at version v2; version v1 was released and not set") == true
        )
        await bench.stop()
    }

    /// Where it is fetched from may show the branch as it was before for a moment.
    @Test func aBranchThatHasNotMovedYetIsFetchedAgain() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        try await bench.deploy("v1")
        bench.durable.source.commit("v2", of: "acme/hello", file: Durable.file("hello"), isHead: false)
        let delivery = try await bench.deliver("v2", over: "v1")
        #expect(
            try await eventually {
                let waiting = try await bench.delivery(delivery.id)
                return waiting.status == .accepted && waiting.notBefore != nil
                    && waiting.reason == "refs/heads/main is still at v1 where it is fetched from"
            })
        bench.durable.source.commit("v2", of: "acme/hello", file: Durable.file("hello"))
        #expect(
            await eventually {
                clock.advance(by: .seconds(1))
                return bench.serving == "v2"
            })
        await bench.stop()
    }

    /// One repository cannot be reached; the others are not held up.
    @Test func repositoriesDoNotWaitForEachOther() async throws {
        let bench = try await Bench(faults: Faults { $0.subject == "acme/dead" && $0.step == "fetch" ? .hang : nil })
        try await bench.durable.addRepository("acme/dead")
        try await withThrowingTaskGroup { group in
            for number in 0..<150 {
                group.addTask {
                    try await bench.engine.deliveries.accept(bench.durable.push("d\(number)", to: "acme/dead"))
                }
            }
            for try await _ in group {}
        }
        try await bench.push("v1")
        #expect(await eventually { bench.serving == "v1" })
        #expect(bench.calls("fetch", "head") == 2)
        await bench.stop()
    }

    @Test func anotherOwnersServiceIsRefused() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        try await bench.durable.addRepository("acme/other")
        bench.durable.source.commit("o1", of: "acme/other", file: Durable.file("hello"))
        let delivery = bench.durable.push("o1", to: "acme/other")
        _ = try await bench.engine.deliveries.accept(delivery)
        try await bench.settle()
        #expect(
            try await bench.delivery(delivery.id).reason
                == "the service 'hello' belongs to acme/hello; acme/other cannot declare it too: "
                + "choose another name in its deployd.yaml")
        #expect(bench.serving == "v1")
        await bench.stop()
    }

    @Test func aPushedTreeMustSayWhereItGoes() async throws {
        let bench = try await Bench()
        bench.durable.source.addTree("tree.tar", file: Durable.file("hello"))
        let tree = { (environment: String?) in
            RepositoryEvent.tree(
                RepositoryEvent.Tree(
                    application: "hello", environment: environment, file: "tree.tar", digest: "00", isGzip: false,
                    actor: "eve"))
        }
        let deliveries = [nil, "stage", "production"].enumerated().map { number, environment in
            bench.durable.delivery("t\(number)", tree(environment), nil)
        }
        for delivery in deliveries { _ = try await bench.engine.deliveries.accept(delivery) }
        try await bench.settle()
        var reasons: [String?] = []
        for delivery in deliveries { reasons.append(try await bench.delivery(delivery.id).reason) }
        #expect(
            reasons == [
                "say where it goes with --environment: development, production",
                "the service 'hello' has no environment 'stage'; it has development, production", nil,
            ])
        let instance = try await bench.current(InstanceID(application: "hello", target: "p"))
        #expect(instance.deployed?.hasPrefix("local-20231114T2213") == true)
        await bench.stop()
    }

    @Test func aPushedTreeOfSeveralServicesIsOneOfThem() async throws {
        let bench = try await Bench()
        bench.durable.source.addTree(
            "root.tar", file: "services: [hello, \"apps/*\"]\n",
            tree: [
                "hello/deployd.yaml": Durable.file("hello"), "apps/votes/deployd.yaml": "service: votes\n",
                "apps/docs/index.md": "", "apps/bad/deployd.yaml": "service: Bad\n",
            ])
        let deliveries = [nil, "hello", "vote"].enumerated().map { number, application in
            bench.durable.delivery(
                "t\(number)",
                RepositoryEvent.tree(
                    RepositoryEvent.Tree(
                        application: application, environment: "development", file: "root.tar", digest: "00",
                        isGzip: false, actor: "eve")), nil)
        }
        for delivery in deliveries { _ = try await bench.engine.deliveries.accept(delivery) }
        try await bench.settle()
        var reasons: [String?] = []
        for delivery in deliveries { reasons.append(try await bench.delivery(delivery.id).reason) }
        #expect(
            reasons == [
                "the pushed folder has several services; say which with ?application=: hello, votes", nil,
                "the pushed folder has no service 'vote'; did you mean 'votes'?\napps/bad/deployd.yaml:1:10: service: "
                    + "'Bad': use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'",
            ])
        let release = try await bench.durable.storage.read { try $0.releases(of: "hello", PageRequest()).items.first }
        #expect(release?.path == "hello" && release?.isClean == false)
        await bench.stop()
    }
}
