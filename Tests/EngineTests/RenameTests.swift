import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// An application is given another name: what runs does not notice, and everything goes on under the new one.
struct RenameTests {
    private static let greeter = InstanceID(application: "greeter", target: "a")
    private static let identity = InstanceIdentity(Bench.instance)

    private func rename(_ bench: Bench, _ name: String = "hello", to newName: String = "greeter") async throws {
        _ = try await bench.engine.applications.rename(name, to: newName, actor: "bob", cause: nil)
    }

    /// What was thrown, as text.
    private func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "none"
        } catch let error as DeploydError {
            return "\(error.code): \(error.message)"
        } catch {
            return "\((error as? InvalidObject).map { "\($0.path): \($0.message)" } ?? "\(error)")"
        }
    }

    private func state(_ bench: Bench, _ id: InstanceID = greeter) async throws -> Instance {
        try await bench.current(id)
    }

    /// All that is said of a delivery.
    private func outcome(_ bench: Bench, _ delivery: Delivery) async throws -> String {
        try await bench.settle()
        let ended = try await bench.delivery(delivery.id)
        return "\(ended.status): \(ended.reason ?? "")"
    }

    @Test func whatRunsGoesOn() async throws {
        let bench = try await Bench()
        let secret = ApplicationSecret.Place(application: "hello", environment: "development")
        try await bench.deploy("c0")
        _ = try await bench.engine.secrets.set("KEY", to: Secret("hush"), in: secret, actor: "ada", cause: nil)
        try await bench.deploy("c1", over: "c0", extra: "secrets: [KEY]")
        let (before, world) = (try await bench.current(), bench.world.place(Self.identity))
        let resources = try await bench.durable.storage.read { try $0.resources(of: Bench.instance) }

        try await rename(bench)
        // Asked again, it is done.
        try await rename(bench)
        let after = try await state(bench)
        #expect(after.identity == Self.identity && after.deployed == "c1" && after.inputs == before.inputs)
        #expect(after.workload == before.workload && after.entrypoints == before.entrypoints)
        #expect(bench.world.place(Self.identity) == world)
        #expect(
            try await bench.durable.storage.read { try $0.resources(of: Self.greeter) }.map(\.id) == resources.map(\.id)
        )
        // Nothing that it was given is another by now.
        #expect(await bench.engine.plans.isOutdated(after) == false)
        #expect(try await bench.history(.applicationRenamed) == ["application.renamed hello>greeter bob"])

        // It is looked after by another server, too.
        try await bench.restart()
        bench.world.change(Bench.instance) { $0.running = [:] }
        await bench.engine.reconcilers.wake(Self.greeter)
        #expect(await eventually { bench.world.place(Self.identity).running.values.first == "revived" })

        // The next version takes the place of what ran before, with the same resource and secret.
        let file = Durable.file("greeter", extra: "secrets: [KEY]")
        let delivery = try await bench.push("c2", over: "c1", file: file)
        #expect(try await outcome(bench, delivery) == "processed: ")
        let place = bench.world.place(Self.identity)
        #expect(place.running.values.sorted() == ["c2"] && place.artifacts == ["commit-c0", "commit-c1", "commit-c2"])
        #expect(Set(place.urls.values) == Set(world.urls.values))
        #expect(try await bench.deployments() == ["c0 succeeded", "c1 succeeded", "c2 succeeded"])
        // The version before is that of the old name.
        _ = try await bench.engine.versions.rollback(
            application: "greeter", environment: "development", to: nil, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(try await state(bench).deployed == "c1")
        #expect(bench.world.violations == [])
        await bench.stop()
    }

    @Test func whatStandsAgainstIt() async throws {
        let bench = try await Bench(faults: Faults { $0.step == "health" && $0.version == "slow" ? .hang : nil })
        try await bench.deploy("c1")
        let engine = bench.engine
        try await bench.durable.storage.write { transaction in
            try transaction.insert(
                Application(
                    name: "taken", settings: .init(environmentSets: [], environments: []),
                    createdAt: Timestamp(seconds: 0)))
        }
        let rename = { (name: String, newName: String) in
            await refusal { try await self.rename(bench, name, to: newName) }
        }
        #expect(await rename("nobody", "x") == "notFound: no application 'nobody'; a push of its repository makes one")
        #expect(await rename("hello", "hello") == "conflict: 'hello' is its name already")
        #expect(await rename("hello", "Greeter").hasPrefix(#"["name"]: 'Greeter': use "#))
        #expect(
            await rename("hello", "taken")
                == "conflict: there is an application 'taken' already, with releases and instances of its own; choose "
                + "another name, or, if it is to give way to 'hello', delete it (DELETE /api/v1/applications/taken) first"
        )
        _ = try await engine.instances.ask(.stop, of: Bench.instance, actor: "ada", cause: nil)
        #expect(try await eventually { try await bench.current().lifecycle.state == .stopped })
        // What is stopped is renamed; what something is done to is not.
        try await self.rename(bench)
        #expect(try await state(bench).lifecycle.state == .stopped)
        try await self.rename(bench, "greeter", to: "hello")
        _ = try await engine.instances.ask(.start, of: Bench.instance, actor: "ada", cause: nil)
        #expect(try await eventually { try await bench.current().lifecycle.state == .running })
        try await bench.settle()
        try await bench.push("slow", over: "c1")
        #expect(try await eventually { try await bench.deployments().last == "slow running" })
        let deployment = try #require(try await bench.all().last)
        #expect(
            await rename("hello", "greeter")
                == "conflict: 'hello' cannot be renamed now: the deployment \(deployment.id) of slow on a runs; "
                + "try again when that has ended")
        #expect(try await bench.current().deployed == "c1")
        await bench.stop()
    }

    @Test func rulesThatGoByNamesDetachNothing() async throws {
        let bench = try await Bench()
        try await bench.deploy("c1")
        let snapshot = Durable.snapshot(targets: ["a"])
        let environments = snapshot.topology.environments.values.map { environment in
            var environment = environment
            if environment.name == "development" { environment.policy.applications = ["hello", "salut-*"] }
            return environment
        }
        let topology = Topology(
            worlds: Array(snapshot.topology.worlds.values), environments: environments,
            environmentSets: Array(snapshot.topology.environmentSets.values))
        _ = try await bench.engine.topology.adopt(
            TopologySnapshot(topology: topology, catalogue: snapshot.catalogue))
        #expect(
            await refusal { try await rename(bench) }.hasPrefix(
                "conflict: 'hello' cannot be renamed to 'greeter': on a it would be detached, since the environment "
                    + "'development' does not take 'greeter'"))
        try await rename(bench, to: "salut-monde")
        #expect(try await !state(bench, InstanceID(application: "salut-monde", target: "a")).isDetached)
        await bench.stop()
    }

    /// Whose the old name is: nobody's, but its file's no more.
    @Test func aFileWithTheOldNameIsToldTheNewOne() async throws {
        let bench = try await Bench()
        try await bench.deploy("c1")
        try await rename(bench)
        let sentence =
            "failed: the service 'hello' was renamed to 'greeter': write `service: greeter` in its deployd.yaml"
        let stale = try await bench.push("c2", over: "c1")
        #expect(try await outcome(bench, stale) == sentence + " (acme/hello)")
        bench.durable.source.addTree("spooled", file: Durable.file("hello"))
        let tree = bench.durable.delivery(
            "tree",
            .tree(
                .init(
                    application: nil, environment: "development", file: "spooled", digest: "d", isGzip: false,
                    actor: "eve")), nil)
        _ = try await bench.engine.deliveries.accept(tree)
        #expect(try await outcome(bench, tree) == sentence)
        // It is still declared: nothing is detached.
        #expect(try await !state(bench).isDetached)
        #expect(
            await refusal { try await bench.set("c1") }
                == "notFound: the application 'hello' was renamed to 'greeter'; use that name")
        // Another repository makes another application of the name, which has nothing of the first.
        try await bench.durable.addRepository("acme/other")
        bench.durable.source.commit("o1", of: "acme/other", file: Durable.file("hello"))
        _ = try await bench.engine.deliveries.accept(bench.durable.push("o1", to: "acme/other"))
        try await bench.settle()
        #expect(try await bench.current().identity == InstanceIdentity(application: "hello_2", target: "a"))
        #expect(
            bench.world.place(InstanceIdentity(application: "hello_2", target: "a")).running.values.sorted() == ["o1"])
        #expect(bench.world.place(Self.identity).running.values.sorted() == ["c1"])
        await bench.stop()
    }

    /// A push with another name that was not renamed makes another application (formats.md §4); it can give way.
    @Test func renamingAfterThePush() async throws {
        let bench = try await Bench()
        try await bench.deploy("c1")
        try await bench.deploy("c2", over: "c1", file: Durable.file("greeter"))
        let made = try await state(bench)
        #expect(try await bench.current().isDetached && made.deployed == "c2")
        #expect(await refusal { try await rename(bench) }.contains("there is an application 'greeter' already"))
        let engine = bench.engine
        for target in ["a", "p"] {
            let id = InstanceID(application: "greeter", target: target)
            _ = try await engine.instances.ask(.destroy, of: id, actor: "ada", cause: nil)
        }
        let isGone = try await eventually {
            try await bench.durable.storage.read { try $0.instances(InstanceFilter(application: "greeter")) }.isEmpty
        }
        #expect(isGone)
        try await engine.applications.delete("greeter", actor: "ada", cause: nil)
        try await rename(bench)
        #expect(try await state(bench).deployed == "c1")
        _ = try await bench.deliver("c2", over: "c1", id: "again")
        try await bench.settle()
        let after = try await state(bench)
        #expect(after.deployed == "c2" && !after.isDetached && after.identity == Self.identity)
        await bench.stop()
    }
}
