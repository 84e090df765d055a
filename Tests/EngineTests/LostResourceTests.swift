import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// What was made and is not there any more, as after a restore without what services keep.
struct LostResourceTests {
    private static let file = Durable.file("hello", extra: "beforeDeploy: [./migrate, \"${version}\"]\n")

    private func resource(_ bench: Bench) async throws -> Resource {
        try #require(try await bench.durable.storage.read { try $0.resources(of: Bench.instance) }.first)
    }

    private func apply(_ bench: Bench) async throws -> Deployment? {
        _ = try await bench.engine.plans.deploy(
            application: "hello", environment: "development", version: nil, digest: nil, actor: "bob", cause: nil)
        try await bench.settle()
        return try await bench.all().last
    }

    private func lose(_ resource: Resource, _ bench: Bench, processToo: Bool = true) {
        bench.world.forget(resource.id)
        if processToo { bench.world.change(Bench.instance) { $0.running = [:] } }
    }

    /// What keeps it from being deployed, at any place.
    private static func sentence(_ resource: Resource) -> String {
        "requires.users: its value is gone (it is not in the world): put it back, from a backup of what services keep, then "
            + "`deployd apply hello --environment development`; or let it be made anew, empty: "
            + "`deployd resource recreate \(resource.id)`"
    }

    @Test func nothingIsMadeAnewUntilSomebodySaysSo() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1", file: Self.file)
        let made = try await resource(bench)
        let monitor = ResourceMonitor(context: bench.engine.context)
        try await monitor.look()
        #expect(try await resource(bench) == made)

        lose(made, bench)
        // It is not started, is said to be missing, and no deployment makes it: neither of this version nor of another.
        await bench.wake()
        try await bench.settle()
        #expect(try await bench.current().health == .missing && bench.running.isEmpty)
        let plan = try await bench.engine.plans.plan(application: "hello", environment: "development", version: nil)
        #expect(plan.instances.map(\.refusals) == [[Self.sentence(made)]])
        let refused = try await apply(bench)
        #expect(refused?.status == .failed && refused?.reason == Self.sentence(made))
        try await bench.deploy("v2", over: "v1", file: Self.file)
        #expect(try await bench.deployments() == ["v1 succeeded", "v1 failed", "v2 failed"])
        #expect(bench.running.isEmpty && !bench.world.holds(made.id))
        try await monitor.look()
        try await monitor.look()
        let lost = try await resource(bench)
        #expect(lost.status == .missing && lost.reason == "it is not in the world" && lost.outputs == made.outputs)

        // Put back, it is found, and what ran is started again without a deployment.
        _ = bench.world.value(of: made.id)
        await bench.wake()
        #expect(await eventually { bench.running == ["revived"] })
        try await monitor.look()
        #expect(try await resource(bench).status == .ready)
        #expect(
            try await bench.history(.resourceMissing, .resourceFound) == [
                "resource.missing >users (value) deployd", "resource.found >users (value) deployd",
            ])
        await bench.stop()
    }

    @Test func whatIsMadeAnewBeginsWithBeforeDeploy() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1", file: Self.file)
        let made = try await resource(bench)
        let resources = ResourceService(context: bench.engine.context)
        let recreate = { try await resources.recreate(made.id, actor: "bob", cause: nil) }
        // What is there is not touched.
        let refusal = await #expect(throws: DeploydError.self) { try await recreate() }
        #expect(refusal?.code == .conflict)

        lose(made, bench)
        let waiting = try await recreate()
        #expect(waiting.status == .pending && waiting.outputs.isEmpty && waiting.id == made.id)
        let again = await #expect(throws: DeploydError.self) { try await recreate() }
        #expect(again?.message == "'users' is made by the next deployment")
        // It is not started before that, and not by a restart either.
        await bench.wake()
        try await bench.settle()
        #expect(bench.running.isEmpty && !bench.world.holds(made.id))

        let deployed = try await apply(bench)
        #expect(
            deployed?.steps.map { "\($0.name) \($0.status)" } == [
                "users succeeded", "build succeeded", "beforeDeploy succeeded", "start succeeded", "health succeeded",
                "switch succeeded", "retire succeeded",
            ])
        let now = try await resource(bench)
        #expect(now.status == .ready && bench.serving == "v1" && bench.calls("beforeDeploy", "v1") == 2)
        #expect(
            try await bench.history(.resourceProvisioned, .resourceRecreated).map { $0.prefix { $0 != " " } } == [
                "resource.provisioned", "resource.recreated", "resource.provisioned",
            ])
        await bench.stop()
    }

    /// What still runs is left alone; it is not in place, though, and a deployment brings what is missing.
    @Test func whatRunsGoesOn() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1", file: Self.file)
        let made = try await resource(bench)
        lose(made, bench, processToo: false)
        await bench.wake()
        try await bench.settle()
        #expect(bench.serving == "v1")
        #expect(try await apply(bench)?.status == .failed)
        _ = try await ResourceService(context: bench.engine.context).recreate(made.id, actor: "bob", cause: nil)
        #expect(try await apply(bench)?.status == .succeeded)
        #expect(bench.world.holds(made.id) && bench.calls("beforeDeploy", "v1") == 2)
        await bench.stop()
    }

    /// What is gone needs no keeping, and none of it stands in the way of the next one.
    @Test func destroyedItIsForgotten() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1", file: Self.file)
        let made = try await resource(bench)
        lose(made, bench)
        try await ResourceMonitor(context: bench.engine.context).look()
        _ = try await bench.engine.instances.ask(.destroy, of: Bench.instance, actor: "bob", cause: nil)
        #expect(
            try await eventually { try await bench.durable.storage.read { try $0.instance(Bench.instance) } == nil })
        #expect(try await bench.durable.storage.read { try $0.resources(of: Bench.instance) } == [])
        await bench.stop()
    }
}
