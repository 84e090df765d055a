import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// What a declaration no longer names: it goes on running, gets no new version, and goes only when it is destroyed.
struct DetachmentTests {
    private static let folders = ["users": "services/users", "votes": "apps/votes"]
    private static let both = "services: [services/users, \"apps/*\"]"

    private func deliver(
        _ bench: Bench, _ commit: String, root: String = both, _ changes: [String: String] = [:],
        reference: String = "refs/heads/main"
    ) async throws -> String {
        let start = Dictionary(
            uniqueKeysWithValues: Self.folders.map { ("\($0.value)/deployd.yaml", Durable.file($0.key)) })
        let tree = start.merging(changes) { _, new in new }.filter { $0.value != "" }
        bench.durable.source.commit(commit, of: "acme/hello", file: root, reference: reference, tree: tree)
        let delivery = bench.durable.push(commit, to: "acme/hello", reference: reference)
        _ = try await bench.engine.deliveries.accept(delivery)
        try await bench.settle()
        let found = try await bench.delivery(delivery.id)
        return "\(found.status) \(found.reason ?? "")"
    }

    private func reason(_ bench: Bench, _ application: String) async throws -> String? {
        try await bench.current(InstanceID(application: application, target: "a")).detachment
    }

    private func failure(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return ""
        } catch { return "\(error)" }
    }

    private func set(_ bench: Bench, _ version: String, of application: String) async -> String {
        await failure {
            _ = try await bench.engine.versions.setVersion(
                application: application, environment: "development", version: version, actor: "bob", cause: nil)
        }
    }

    /// A service that the root no longer lists, one whose folder is gone, one that cannot be read.
    @Test func servicesOutOfARepository() async throws {
        let bench = try await Bench()
        let (users, votes) = (
            "the branch main of acme/hello no longer declares 'users' in services/users",
            "the branch main of acme/hello no longer declares 'votes' in apps/votes"
        )
        var found = [try await deliver(bench, "c1")]
        found.append(try await deliver(bench, "c2", root: "services: [\"apps/*\"]"))
        #expect(try await reason(bench, "users") == users)
        // Broken is not gone.
        found.append(
            try await deliver(bench, "c3", ["apps/votes/deployd.yaml": "service: votes\nprots: 1"]).prefix(7) + "")
        #expect(try await reason(bench, "votes") == nil)
        #expect(try await reason(bench, "users") == nil)
        found.append(try await deliver(bench, "c4", ["apps/votes/deployd.yaml": ""]))
        found.append(try await deliver(bench, "c5", ["services/users/deployd.yaml": ""]).prefix(7) + "")
        #expect(try await [reason(bench, "users"), reason(bench, "votes")] == [users, nil])
        #expect(
            found == [
                "processed ", "processed no service has changed; users is detached: \(users)", "failed ",
                "processed no service has changed; votes is detached: \(votes)", "failed ",
            ])
        // Neither a person nor a branch, a tag or a tree brings it a version.
        let detached = "users is detached and gets no new version: \(users)"
        #expect(await set(bench, "c1", of: "users") == detached)
        bench.durable.source.addTree("tree", file: Durable.file("users"))
        let tree = RepositoryEvent.Tree(
            application: "users", environment: "development", file: "tree", digest: "d", isGzip: false, actor: "ada")
        let delivery = bench.durable.delivery("t", .tree(tree), nil)
        _ = try await bench.engine.deliveries.accept(delivery)
        try await bench.settle()
        #expect(try await bench.delivery(delivery.id).reason == detached)
        let tag = try await deliver(bench, "c6", reference: "refs/tags/users/v1")
        #expect(tag == "failed services/users: \(detached)")
        let id = InstanceID(application: "users", target: "a")
        #expect(bench.world.place(id).running.values.sorted() == ["c1"])
        #expect(
            try await bench.history(.applicationDetached, .applicationAttached) == [
                "application.detached > ada", "application.attached > ada", "application.detached > ada",
                "application.detached > ada", "application.attached > ada",
            ])
        await bench.stop()
    }

    /// Declared again it has what it had, and goes on from there; a server that reads its world files leaves it alone.
    @Test func aServiceThatComesBack() async throws {
        let bench = try await Bench()
        _ = try await deliver(bench, "c1")
        _ = try await deliver(bench, "c2", root: "services: [\"apps/*\"]")
        try await bench.restart()
        try await bench.engine.topology.align()
        _ = try await bench.engine.topology.adopt(Durable.snapshot(targets: ["a", "b"]))
        try await bench.settle()
        #expect(try await reason(bench, "users") != nil)
        // Unchanged since its last push: nothing is released, and it is attached all the same.
        let back = try await deliver(bench, "c3")
        #expect(back == "processed no service has changed; users is declared again")
        #expect(try await reason(bench, "users") == nil)
        _ = try await deliver(bench, "c4", ["services/users/main": "2"])
        let users = try await bench.durable.storage.read { try $0.instances(InstanceFilter(application: "users")) }
        #expect(
            users.filter { $0.environment == "development" }.map { "\($0.id) \($0.deployed ?? "-")" } == [
                "users@a c4", "users@b c4",
            ])
        await bench.stop()
    }

    /// An environment out of a set, a target out of an environment, a service out of its repository: destroyed, nothing
    /// of them is left, and what is declared again is made anew.
    @Test(arguments: ["environment", "target", "service"])
    func whatIsDetachedIsDestroyed(what: String) async throws {
        let bench = try await Bench(targets: ["a", "b"])
        try await bench.deploy("v1")
        let plain = Durable.snapshot(targets: ["a", "b"])
        let gone =
            switch what {
            case "environment":
                TopologySnapshot(
                    topology: Topology(
                        worlds: Array(plain.topology.worlds.values),
                        environments: Array(plain.topology.environments.values),
                        environmentSets: [EnvironmentSet(name: "default", environments: ["production"])]),
                    catalogue: plain.catalogue)
            case "target": Durable.snapshot(targets: ["b"])
            default: plain
            }
        if what == "service" {
            try await bench.push("v2", over: "v1", file: Durable.file("other"))
        } else {
            _ = try await bench.engine.topology.adopt(gone)
        }
        try await bench.settle()
        let reasons = [
            "environment": "hello no longer goes to the environment 'development'",
            "target": "the environment 'development' no longer has the target 'a'",
            "service": "the branch main of acme/hello no longer declares 'hello'",
        ]
        #expect(try await bench.current().detachment == reasons[what])
        if what == "environment" {
            #expect(
                await set(bench, "v1", of: "hello")
                    == "hello in development is detached and gets no new version: \(reasons[what] ?? "")")
        }
        let listing = try await bench.engine.instances.destruction(of: Bench.instance)
        #expect(listing.instance.deployed == "v1" && listing.destruction.retained.map(\.name) == ["users"])
        _ = try await bench.engine.instances.ask(.destroy, of: Bench.instance, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(await failure { _ = try await bench.current() } != "")
        #expect(bench.running == [])
        if what == "service" {
            try await bench.deploy("v3", over: "v2")
        } else {
            _ = try await bench.engine.topology.adopt(plain)
            try await bench.deploy("v3", over: "v1")
        }
        let anew = try await bench.current()
        #expect(anew.deployed == "v3" && anew.detachment == nil)
        await bench.stop()
    }
}
