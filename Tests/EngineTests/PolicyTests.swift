import Core
import Engine
import Formats
import Model
import Store
import TestSupport
import Testing

/// The policies of environments at every way in, and targets of an application's own.
struct PolicyTests {
    private static let live = InstanceID(application: "hello", target: "p")

    /// The bench's environments, with a policy of production's.
    private func snapshot(_ policy: EnvironmentPolicy, allowed: [String] = [], more: [Target] = []) -> TopologySnapshot
    {
        let plain = Durable.snapshot(targets: ["a"])
        var production = plain.topology.environments["production"] ?? Environment(name: "production")
        production.policy = policy
        production.targets += more
        let development = plain.topology.environments["development"] ?? Environment(name: "development")
        let lab = World(
            name: "lab", capabilities: [.deployProcess, .local], resourceRepositories: ["acme"], isTrusted: true,
            allowsTargetsFrom: allowed)
        return TopologySnapshot(
            topology: Topology(
                worlds: Array(plain.topology.worlds.values) + [lab], environments: [development, production],
                environmentSets: Array(plain.topology.environmentSets.values)),
            catalogue: plain.catalogue)
    }

    private func failure(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return ""
        } catch { return "\((error as? DeploydError)?.code.rawValue ?? ""): \(error)" }
    }

    private func rule(_ text: String) -> String { "forbidden: the environment 'production' \(text)" }

    @Test func onlyPromotionsComeWhereOnlyPromotionsMay() async throws {
        let bench = try await Bench()
        _ = try await bench.engine.topology.adopt(snapshot(EnvironmentPolicy(versions: .promotion)))
        let engine = bench.engine
        let extra = "triggers: [{ branch: main, environment: development }, { branch: main, environment: production }]"
        let pushed = try await bench.push("v1", extra: extra)
        try await bench.settle()
        // Where it may, it is set all the same.
        #expect(bench.serving == "v1")
        let delivery = try await bench.delivery(pushed.id)
        #expect(delivery.status == .failed && delivery.deployments.count == 1)
        #expect(
            delivery.reason?.hasPrefix("the environment 'production' takes versions by promotion only: its rule")
                == true)
        #expect(delivery.reason?.hasSuffix("version v1 was released and not set there") == true)
        let tree = RepositoryEvent.Tree(
            application: "hello", environment: "production", file: "tree", digest: "d", isGzip: false, actor: "ada")
        bench.durable.source.addTree("tree", file: Durable.file("hello"))
        let treeDelivery = bench.durable.delivery("t", .tree(tree), nil)
        _ = try await engine.deliveries.accept(treeDelivery)
        try await bench.settle()
        #expect(try await bench.delivery(treeDelivery.id).status == .failed)
        let only = rule("takes versions by promotion only: its rule is versions: promotion; use")
        let deploy = { (version: String?) in
            _ = try await engine.plans.deploy(
                application: "hello", environment: "production", version: version, digest: nil, actor: "bob",
                cause: nil)
        }
        #expect(await failure { try await bench.set("v1", environment: "production") }.hasPrefix(only))
        #expect(await failure { try await deploy("v1") }.hasPrefix(only))
        #expect(try await bench.current(Self.live).desired == nil)
        _ = try await engine.versions.promote(
            application: "hello", from: "development", to: nil, version: nil, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(try await bench.current(Self.live).deployed == "v1")
        // Applying changes no version.
        #expect(await failure { try await deploy(nil) } == "")
        try await bench.deploy("v2", over: "v1")
        _ = try await engine.versions.promote(
            application: "hello", from: "development", to: nil, version: nil, actor: "bob", cause: nil)
        try await bench.settle()
        _ = try await engine.versions.rollback(
            application: "hello", environment: "production", to: nil, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(try await bench.current(Self.live).deployed == "v1")
        await bench.stop()
    }

    /// What an environment no longer takes goes on running, and comes back when it is taken again.
    @Test func whoMayNotBeThereIsDetached() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        try await bench.set("v1", environment: "production")
        try await bench.settle()
        _ = try await bench.engine.topology.adopt(snapshot(EnvironmentPolicy(applications: ["shop-*"])))
        try await bench.settle()
        let detached = try await bench.current(Self.live)
        let reason =
            "the environment 'production' does not take 'hello': its rule is applications: [shop-*]; whoever runs it can "
            + "list it there"
        #expect(detached.detachment == reason && detached.deployed == "v1")
        try await bench.deploy("v2", over: "v1")
        #expect(
            await failure { try await bench.set("v2", environment: "production") } == "forbidden: \(reason)")
        #expect(bench.world.place(Self.live).running.values.sorted() == ["v1"])
        _ = try await bench.engine.topology.adopt(snapshot(EnvironmentPolicy(repositories: ["acme/*"])))
        try await bench.set("v2", environment: "production")
        try await bench.settle()
        #expect(try await bench.current(Self.live).deployed == "v2")
        await bench.stop()
    }

    /// Until a repository declares it, it comes from none of those that may be there.
    @Test func anApplicationOfNobodyIsNotWhereOnlyCertainCodeMayBe() async throws {
        let bench = try await Bench()
        let put = {
            let body = try ApplicationFormat.read([:], name: "hello").get()
            _ = try await bench.engine.applications.put(body, mustBeNew: false, actor: "bob", cause: nil)
        }
        let places = {
            try await bench.durable.storage.read { try $0.instances(InstanceFilter(application: "hello")) }
                .map { "\($0.id.target)\($0.isDetached ? " detached" : "")" }.sorted()
        }
        try await put()
        #expect(try await places() == ["a", "p"])
        _ = try await bench.engine.topology.adopt(snapshot(EnvironmentPolicy(repositories: ["acme/*"])))
        #expect(try await places() == ["a", "p detached"])
        #expect(
            try await bench.current(Self.live).detachment
                == "the environment 'production' takes code of certain repositories only, and none declares 'hello': its "
                + "rule is repositories: [acme/*]; push it to one of these")
        try await bench.deploy("v1")
        #expect(try await places() == ["a", "p"])
        await bench.stop()
    }

    /// Others of the environment do not get it; nobody else may use its name.
    @Test func aTargetOfItsOwnIsNobodyElses() async throws {
        let bench = try await Bench()
        let own = """
            environments: [{ name: production, targets: [{ name: lab-1, world: lab }] }]
            environmentSets: [default]
            triggers: [{ branch: main, environment: production }]
            """
        let lab = InstanceID(application: "hello", target: "lab-1")
        _ = try await bench.engine.topology.adopt(snapshot(.open))
        let refused = try await bench.push("v1", extra: own)
        try await bench.settle()
        #expect(
            try await bench.delivery(refused.id).reason
                == "deployd.yaml: environments: production: the world 'lab' lets 'hello' add no target of its own; "
                + "whoever runs it can list it in allowTargetsFrom")
        _ = try await bench.engine.topology.adopt(snapshot(.open, allowed: ["hel*", "other"]))
        try await bench.deploy("v2", over: "v1", extra: own)
        #expect(try await bench.current(lab).deployed == "v2")
        #expect(try await bench.current(lab).world == "lab")

        // Another application of the same environment.
        try await bench.durable.addRepository("acme/other")
        let other = { (commit: String, extra: String) in
            bench.durable.source.commit(commit, of: "acme/other", file: Durable.file("other", extra: extra))
            let delivery = bench.durable.push(commit, to: "acme/other")
            _ = try await bench.engine.deliveries.accept(delivery)
            try await bench.settle()
            return try await bench.delivery(delivery.id)
        }
        #expect(try await other("o1", "environments: [production]").status == .processed)
        let others = try await bench.durable.storage.read { try $0.instances(InstanceFilter(application: "other")) }
        #expect(others.map(\.id.target) == ["p"])
        #expect(
            try await other("o2", own).reason
                == "the target 'lab-1' belongs to the application 'hello'; names of targets are unique on the server, so "
                + "choose another for other")
        let declared = Target(name: "lab-1", environment: "production", world: "w")
        let taken = await failure {
            _ = try await bench.engine.topology.adopt(
                snapshot(.open, allowed: ["hel*", "other"], more: [declared]))
        }
        #expect(taken.hasPrefix("conflict: the target 'lab-1' is declared for the environment 'production', and"))
        // No longer allowed: it goes on running.
        _ = try await bench.engine.topology.adopt(snapshot(.open))
        try await bench.settle()
        #expect(
            try await bench.current(lab).detachment?.hasPrefix("the world 'lab' lets 'hello' add no target") == true)
        #expect(bench.world.place(lab).running.values.sorted() == ["v2"])
        await bench.stop()
    }

    /// Reports come from outside, whatever the version; where deployd deploys, it says itself what it sees.
    @Test func othersReportWhatTheyDeploy() async throws {
        let bench = try await Bench()
        let registry = Target(name: "registry", environment: "production", world: nil)
        _ = try await bench.engine.topology.adopt(snapshot(.open, more: [registry]))
        try await bench.deploy("v1")
        let reports = ReportService(storage: bench.durable.storage, clock: bench.durable.clock)
        let id = InstanceID(application: "hello", target: "registry")
        func report(_ version: String, _ health: Health) async throws -> String {
            let instance = try await reports.report(id, deployed: version, health: health, actor: "agent", cause: nil)
            return "\(instance.deployed ?? "-") \(instance.health)"
        }
        #expect(
            try await [report("build-7", .progressing), report("build-7", .healthy), report("build-7", .healthy)]
                == ["build-7 progressing", "build-7 healthy", "build-7 healthy"])
        #expect(
            await failure {
                _ = try await reports.report(
                    Bench.instance, deployed: "v9", health: .healthy, actor: "agent", cause: nil)
            }
                == "conflict: deployd deploys to the target 'a' itself and says there what it observes; only targets "
                + "without a world are reported")
        let events = try await bench.history(.versionDeployed, .healthChanged).filter { $0.hasSuffix("agent") }
        #expect(
            events == [
                "version.deployed >build-7 agent", "health.changed unknown>progressing agent",
                "health.changed progressing>healthy agent",
            ])
        await bench.stop()
    }
}
