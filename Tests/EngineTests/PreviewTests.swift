import Core
import Engine
import Model
import TestSupport
import Testing

/// What a driver says that a plan would change.
struct PreviewTests {
    private static func preview(_ bench: Bench) async throws -> PlanService.PreviewedPlan {
        try await bench.engine.plans.preview(application: "hello", environment: "development", version: nil)
    }

    private static func lines(_ plan: PlanService.PreviewedPlan) -> [String] {
        plan.previews[Bench.instance]?.objects.flatMap(\.lines) ?? []
    }

    /// What is made only then has a stand-in, what is secret is not shown, and the digest is the plan's.
    @Test func aPlanShowsWhatWouldChange() async throws {
        let bench = try await Bench(clock: ManualClock(), isCluster: true)
        bench.durable.refusal.set("not now")
        try await bench.deploy("v1")
        #expect(try await Self.preview(bench).previews == [:])
        bench.durable.refusal.set(nil)
        let first = try await Self.preview(bench)
        #expect(Self.lines(first) == ["- version: old", "+ version: v1", "+ url: (known after apply)"])
        #expect(bench.world.place(Bench.instance) == FakeWorld.Place())

        _ = try await bench.engine.plans.deploy(
            application: "hello", environment: "development", version: "v1", digest: first.plan.digest, actor: "bob",
            cause: nil)
        try await bench.settle()
        #expect(try await bench.current().deployed == "v1")
        let second = try await Self.preview(bench)
        #expect(Self.lines(second) == ["- version: old", "+ version: v1", "+ url: •••"])
        let plan = try await bench.engine.plans.plan(application: "hello", environment: "development", version: nil)
        #expect(second.plan == plan)
        await bench.stop()
    }

    /// It is said and breaks no plan; what does not answer is waited for ten seconds.
    @Test(arguments: [Fault.verdict, .hang]) func aDriverThatCannotTellBreaksNoPlan(_ fault: Fault) async throws {
        let faults = Faults { $0.step == "preview" ? fault : nil }
        let clock = ManualClock()
        let bench = try await Bench(clock: clock, faults: faults, isCluster: true)
        try await bench.deploy("v1")
        async let preview = Self.preview(bench)
        if fault == .hang {
            #expect(await eventually { faults.hanging == 1 && clock.sleeping == 1 })
            clock.advance(by: .seconds(10))
        }
        let found = try await preview
        let note =
            fault == .hang
            ? "what it would change there is not known: looking did not end within 10 seconds"
            : "the deployment would fail:\npreview of v1 says no"
        #expect(
            found.previews[Bench.instance]
                == WorkloadPreview(objects: [], note: note))
        #expect(found.plan.instances.map(\.refusals) == [[]])
        await bench.stop()
    }

    @Test func destroyingNamesWhatIsInTheWorld() async throws {
        let bench = try await Bench(clock: ManualClock(), isCluster: true)
        try await bench.deploy("v1")
        let listing = try await bench.engine.instances.destruction(of: Bench.instance)
        #expect(listing.belongings == ["Deployment hello", "Service hello"] && listing.note == nil)
        await bench.stop()
    }
}
