import Core
import Engine
import Model
import Store
import TestSupport
import Testing

struct TopologyTests {
    /// A new target gets the version, one that is gone keeps what runs, one that comes back catches up.
    @Test func instancesFollowTheTargets() async throws {
        let bench = try await Bench()
        let adopt = { (targets: [String]) in
            _ = try await bench.engine.topology.adopt(Durable.snapshot(targets: targets))
            try await bench.settle()
        }
        try await bench.deploy("v1")
        try await adopt(["a", "b"])
        #expect(try await eventually { try await bench.deployments(on: "b") == ["v1 succeeded"] })
        try await adopt(["b"])
        try await bench.deploy("v2", over: "v1")
        let detached = try await bench.current()
        #expect(detached.isDetached && detached.deployed == "v1" && bench.serving == "v1")
        #expect(try await bench.deployments(on: "b") == ["v1 succeeded", "v2 succeeded"])
        try await adopt(["a", "b"])
        #expect(await eventually { bench.serving == "v2" })
        #expect(
            try await bench.history(.instanceCreated, .instanceDetached, .instanceAttached) == [
                "instance.created > ada", "instance.created > ada", "instance.created > deployd",
                "instance.detached > deployd", "instance.attached > deployd",
            ])
        await bench.stop()
    }

    /// A push that leads nowhere says why; the version is there when a target is.
    @Test(arguments: [
        ("prodution", "there is no environment 'prodution', so nothing is deployed; did you mean 'production'?"),
        ("production", "production has no target for hello, so nothing is deployed"),
    ])
    func aPushWithoutTargetsSaysSo(environment: String, reason: String) async throws {
        let bench = try await Bench()
        let plain = Durable.snapshot()
        let topology = Topology(
            worlds: Array(plain.topology.worlds.values), environments: [Environment(name: "production", targets: [])],
            environmentSets: [])
        try await bench.engine.topology.adopt(TopologySnapshot(topology: topology, catalogue: plain.catalogue))
        let file = "service: hello\ncommand: [run]\nenvironments: [\(environment)]\n"
        let delivery = try await bench.push("v1", file: file)
        try await bench.settle()
        let processed = try await bench.delivery(delivery.id)
        #expect(processed.status == .processed && processed.reason == reason)
        await bench.stop()
    }

    /// What is wrong in the same way is news once, and since when it is wrong stays.
    @Test func aReloadThatFailsAgainIsNoNews() async throws {
        let clock = ManualClock()
        let bench = try await Bench(clock: clock)
        let (one, other) = ([TopologyProblem("one")], [TopologyProblem("other")])
        var news: [Bool] = []
        for problems in [one, one, other, one] {
            news.append(bench.engine.topology.refuse(problems))
            clock.advance(by: .seconds(60))
        }
        #expect(news == [true, false, true, true])
        let since = bench.engine.context.topology.report?.at
        #expect(since.map { clock.now() - $0 } == .seconds(240))
        try await bench.engine.topology.adopt(Durable.snapshot())
        #expect(bench.engine.topology.refuse(one))
        #expect(bench.engine.context.topology.report?.at == clock.now())
        await bench.stop()
    }

    /// What the store refuses is not taken over.
    @Test func worldsAreTakenOverWithTheirInstances() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        try await bench.restart(refuses: { true })
        let next = Durable.snapshot(targets: ["a", "b"])
        await #expect(throws: DeploydError.self) { try await bench.engine.topology.adopt(next) }
        #expect(bench.durable.topology.current.topology.environments["development"]?.targets.count == 1)
        try await bench.restart()
        #expect(try await bench.engine.topology.adopt(next))
        #expect(try await !bench.engine.topology.adopt(next))
        #expect(try await eventually { try await bench.deployments(on: "b") == ["v1 succeeded"] })
        await bench.stop()
    }
}
