import Core
import Engine
import Model
import Testing

/// What would be deployed, and deploying it again when something but the version has changed.
struct PlanTests {
    private static func plan(_ bench: Bench) async throws -> EnvironmentPlan {
        try await bench.engine.plans.plan(application: "hello", environment: "development", version: nil)
    }

    private static func apply(_ digest: String?, _ bench: Bench) async throws {
        _ = try await bench.engine.plans.deploy(
            application: "hello", environment: "development", version: nil, digest: digest, actor: "bob", cause: nil)
        try await bench.settle()
    }

    /// Reading other files changes what would be deployed, never what runs.
    @Test func whatChangedActsWhenSomebodySaysSo() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        let before = try await bench.current()
        let first = try await Self.plan(bench)
        #expect(first.instances.map(\.inputs) == [before.inputs] && first.instances.map(\.refusals) == [[]])
        #expect(await bench.engine.plans.isOutdated(before) == false)

        _ = try await bench.engine.topology.adopt(Durable.snapshot(targets: ["a"], parameters: ["region": "us"]))
        try await bench.settle()
        #expect(try await bench.current() == before)
        #expect(await bench.engine.plans.isOutdated(before) == true)
        #expect(try await bench.deployments() == ["v1 succeeded"])
        await #expect(throws: DeploydError.self) { try await Self.apply(first.digest, bench) }

        let second = try await Self.plan(bench)
        try await Self.apply(second.digest, bench)
        let after = try await bench.current()
        #expect(after.inputs == second.instances.first?.inputs && after.deployed == "v1")
        #expect(after.workload != before.workload && bench.running == ["v1"])
        #expect(await bench.engine.plans.isOutdated(after) == false)

        // What does not reach it makes nothing outdated; where it is reached does.
        let parameters: [String: JSONValue] = ["region": "us"]
        let gates: [String: [Network]] = ["office": []]
        _ = try await bench.engine.topology.adopt(
            Durable.snapshot(targets: ["a"], parameters: parameters, gates: gates))
        #expect(await bench.engine.plans.isOutdated(after) == false)
        _ = try await bench.engine.topology.adopt(
            Durable.snapshot(targets: ["a"], parameters: parameters, domain: "dev.example.com"))
        try await bench.settle()
        #expect(try await bench.current() == after)
        #expect(await bench.engine.plans.isOutdated(after) == true)
        try await Self.apply(nil, bench)
        #expect(try await bench.current().entrypoints == ["web": "http://hello.dev.example.com"])
        _ = try await bench.engine.topology.adopt(Durable.snapshot(targets: ["a"], parameters: parameters))
        try await Self.apply(nil, bench)
        let last = try await bench.current()
        #expect(last.inputs == after.inputs && last.entrypoints == after.entrypoints)

        // Nothing is restarted for nothing.
        try await Self.apply(nil, bench)
        #expect(try await bench.current() == last)
        #expect(try await bench.deployments() == Array(repeating: "v1 succeeded", count: 5))
        await bench.stop()
    }
}
