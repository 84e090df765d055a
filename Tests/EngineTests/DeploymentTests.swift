import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// One deployment, from its beginning to its end.
struct DeploymentTests {
    @Test func aPushRunsAndIsTold() async throws {
        let bench = try await Bench()
        let delivery = try await bench.push("v1")
        try await bench.settle()
        let instance = try await bench.current()
        let deployment = try #require(try await bench.all().first)
        #expect(
            [instance.deployed, instance.health.rawValue, instance.entrypoints["web"], bench.serving]
                == ["v1", "healthy", "http://hello@a", "v1"])
        #expect(
            deployment.steps.map { "\($0.kind) \($0.name) \($0.status)" } == [
                "resource users succeeded", "build build succeeded", "workload start succeeded",
                "health health succeeded", "entrypoint switch succeeded",
            ])
        #expect(try await bench.delivery(delivery.id).deployments == [deployment.id])
        let events = try await bench.durable.storage.read { try $0.events(after: 0, limit: 100) }.map(\.draft)
        #expect(
            events.map { "\($0.type.rawValue) \($0.cause?.kind.rawValue ?? "") \($0.target ?? "")" } == [
                "application.created delivery ", "instance.created delivery a", "instance.created delivery p",
                "release.created delivery ", "version.desired delivery ", "deployment.started delivery a",
                "resource.provisioned deployment a", "version.deployed delivery a", "deployment.succeeded deployment a",
            ])
        #expect(Set(events.map(\.actor)) == ["ada"])
        await bench.stop()
    }

    /// A requirement may have the name of a step, and yet both are performed.
    @Test func stepsAreKnownByKindAndName() async throws {
        let bench = try await Bench()
        let file = """
            service: hello
            port: 5000
            command: [./run]
            requires: { health: value, start: value, switch: value }
            """
        try await bench.deploy("v1", file: file)
        #expect(bench.serving == "v1")
        #expect(["start", "health", "switch"].map { bench.calls($0, "v1") } == [1, 1, 1])
        await bench.stop()
    }

    @Test func errorsOnTheWayAreTriedAgainVisibly() async throws {
        let clock = ManualClock()
        let faults = Faults { $0.step == "build" && $0.count < 2 ? .transient(afterEffect: true) : nil }
        let bench = try await Bench(clock: clock, faults: faults)
        try await bench.push("v1")
        #expect(
            try await eventually {
                let reason = try await bench.all().first?.steps.first { $0.kind == .build }?.reason
                return clock.sleeping == 1 && reason?.hasPrefix("build of v1 did not answer; trying again in") == true
            })
        #expect(
            try await eventually {
                clock.advance(by: .milliseconds(500))
                return try await bench.deployments() == ["v1 succeeded"]
            })
        #expect(bench.calls("build", "v1") == 3)
        #expect(try await bench.all().first?.steps.first { $0.kind == .build }?.reason == nil)
        await bench.stop()
    }

    @Test func whatDoesNotEndWellIsGivenUp() async throws {
        let bench = try await Bench(faults: Faults { $0.step == "start" ? .transient(afterEffect: true) : nil })
        try await bench.deploy("v1")
        let failed = try #require(try await bench.all().first)
        #expect(bench.calls("start", "v1") == RetryPolicy.step.tries)
        #expect(failed.status == .failed && failed.reason?.contains("(tried 16 times)") == true)
        #expect(bench.running == [] && bench.calls("abandon", "v1") == 1)
        await bench.stop()
    }

    /// A driver that forgot its own bound.
    @Test func aStepThatNeverEndsIsEnded() async throws {
        let clock = ManualClock()
        let faults = Faults { $0.step == "health" ? .hang : nil }
        let bench = try await Bench(clock: clock, faults: faults)
        try await bench.push("v1")
        #expect(await eventually { faults.hanging == 1 && clock.sleeping > 0 })
        clock.advance(by: .seconds(3600))
        try await bench.settle()
        #expect(try await bench.all().map(\.reason) == ["health did not end within 60 minutes"])
        #expect(bench.running == [])
        await bench.stop()
    }

    @Test func theOldVersionGoesOnWhenTheNewOneFails() async throws {
        let bench = try await Bench(faults: Faults { $0.version == "v2" && $0.step == "health" ? .verdict : nil })
        try await bench.deploy("v1")
        try await bench.deploy("v2", over: "v1")
        let instance = try await bench.current()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 failed"])
        #expect([instance.desired, instance.deployed, bench.serving] == ["v2", "v1", "v1"])
        #expect(bench.running == ["v1"])
        #expect(
            try await bench.history(.versionDeployed, .deploymentFailed) == [
                "version.deployed >v1 ada", "deployment.failed >v2 ada",
            ])
        await bench.stop()
    }

    @Test func secretsOfResourcesAreNotLogged() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        try await bench.deploy("v2", over: "v1")
        let resource = try await bench.durable.storage.read { try $0.resources(of: Bench.instance) }.first
        let secret = try #require(resource?.outputs["value"]?.reveal())
        #expect(bench.world.place(Bench.instance).urls.values.contains("x://\(secret)"))
        // The first provision logs what only then becomes known to be secret; drivers do not do that.
        #expect(bench.durable.logs.all.filter { $0.contains(secret) }.count == 1)
        #expect(bench.durable.logs.all.contains("made •••"))
        await bench.stop()
    }

    /// What is wanted again while something else waits is not restarted.
    @Test func aVersionThatRunsAlreadyIsLeftAlone() async throws {
        let faults = Faults { $0.version == "v2" && $0.step == "build" ? .hang : nil }
        let bench = try await Bench(faults: faults)
        try await bench.deploy("v1")
        try await bench.push("v2", over: "v1")
        #expect(await eventually { faults.hanging == 1 })
        try await bench.set("v1")
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 superseded", "v1 succeeded"])
        #expect(bench.calls("start", "v1") == 1 && bench.running == ["v1"])
        #expect(try await bench.all().last?.reason == "this version runs already, with the same inputs")
        #expect(try await bench.history(.versionDeployed).count == 1)
        await bench.stop()
    }

    /// A file that an older deployd took is a verdict, not a loop.
    @Test func aFrozenFileThatNoLongerParsesFails() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        let release = Release(
            application: "hello", version: "old", source: .commit(repository: "acme/hello", commit: "old"),
            reference: nil, file: Array("service: hello\nprots: 1".utf8), createdAt: Timestamp(seconds: 1))
        try await bench.durable.storage.write { try $0.insert(release) }
        try await bench.set("old")
        try await bench.settle()
        await bench.wake()
        try await bench.restart()
        try await bench.settle()
        let failed = try await bench.all().filter { $0.version == "old" }
        #expect(failed.map(\.status) == [.failed] && failed[0].reason?.contains("did you mean 'ports'") == true)
        #expect(bench.serving == "v1")
        await bench.stop()
    }
}
