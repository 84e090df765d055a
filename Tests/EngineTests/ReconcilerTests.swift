import Core
import Model
import Store
import TestSupport
import Testing

@testable import Engine

/// Which deployment an instance works on: superseding, cancelling, verdicts.
struct ReconcilerTests {
    @Test func aNewerVersionSupersedesWhatHasNotTouchedTheWorkload() async throws {
        let faults = Faults { $0.version == "v1" && $0.step == "build" ? .hang : nil }
        let bench = try await Bench(faults: faults)
        try await bench.push("v1")
        #expect(await eventually { faults.hanging == 1 })
        try await bench.push("v2", over: "v1")
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 superseded", "v2 succeeded"])
        #expect(try await bench.all().first?.reason == "version v2 is wanted now")
        #expect(bench.calls("start", "v1") == 0 && bench.running == ["v2"])
        await bench.stop()
    }

    @Test func afterTheWorkloadStepTheNewerVersionWaits() async throws {
        let faults = Faults {
            $0.version == "v1" && $0.step == "health" && $0.count < 2 ? .transient(afterEffect: false) : nil
        }
        let clock = ManualClock()
        let bench = try await Bench(clock: clock, faults: faults)
        try await bench.push("v1")
        #expect(await eventually { bench.calls("health", "v1") == 1 && clock.sleeping == 1 })
        try await bench.push("v2", over: "v1")
        #expect(try await eventually { try await bench.deployments() == ["v1 running", "v2 pending"] })
        try await bench.push("v3", over: "v2")
        let waiting = ["v1 running", "v2 superseded", "v3 pending"]
        #expect(try await eventually { try await bench.deployments() == waiting })
        let first = try await bench.all()[0].id
        await #expect(throws: DeploydError.self) { try await bench.engine.deployments.cancel(first, actor: "bob") }
        #expect(
            try await eventually {
                clock.advance(by: .seconds(1))
                return try await bench.deployments() == ["v1 succeeded", "v2 superseded", "v3 succeeded"]
            })
        #expect(
            try await bench.history(.versionDeployed) == ["version.deployed >v1 ada", "version.deployed v1>v3 ada"])
        await bench.stop()
    }

    /// The store refuses reads when too many wait, and a reload wakes thousands of instances.
    @Test func thoseThatAreWokenTogetherLookInTurn() async throws {
        let bench = try await Bench()
        let reads = bench.engine.reads
        reads.isHeld.set(true)
        let instances = (0..<300).map { InstanceID(application: "hello", target: "t\($0)") }
        for instance in instances { await bench.engine.reconcilers.wake(instance) }
        // One more may be the intake's.
        let expected = EngineContext.looksAtOnce...EngineContext.looksAtOnce + 1
        #expect(await eventually { expected.contains(reads.current) })
        for _ in 0..<1000 { await Task.yield() }
        #expect(expected.contains(reads.current))
        reads.isHeld.set(false)
        for instance in instances {
            #expect(await eventually { await !bench.engine.reconcilers.isBusy(instance) })
        }
        await bench.stop()
    }

    /// Eight hang in their world; what waits behind them can be superseded and cancelled all the same.
    @Test func whatWaitsForAPlaceCanBeStopped() async throws {
        let targets = (0..<9).map { "t\($0)" }
        let faults = Faults { $0.step == "build" && $0.version == "v1" ? .hang : nil }
        let bench = try await Bench(faults: faults, targets: targets)
        try await bench.push("v1")
        #expect(await eventually { faults.hanging == Reconcilers.deploymentsPerWorld })
        let waiting = try #require(
            try await bench.durable.storage.read { try $0.unfinishedDeployments() }.first { $0.status == .pending })
        let target = waiting.instance.target
        #expect(await eventually { await bench.engine.reconcilers.isBusy(waiting.instance) })
        try await bench.engine.deployments.cancel(waiting.id, actor: "bob", cause: Cause(.request, "r1"))
        #expect(try await eventually { try await bench.deployments(on: target) == ["v1 cancelled"] })
        await bench.engine.reconcilers.wake(waiting.instance)
        try await bench.push("v2", over: "v1")
        try await bench.settle()
        #expect(try await bench.deployments(on: target) == ["v1 cancelled", "v2 succeeded"])
        #expect(
            try await bench.deployments(on: targets.first { $0 != target } ?? "") == ["v1 superseded", "v2 succeeded"])
        #expect(try await bench.history(.deploymentCancelled) == ["deployment.cancelled >v1 bob"])
        await bench.stop()
    }

    /// A cancelled version is not begun again, until somebody says so.
    @Test func cancellingLasts() async throws {
        let faults = Faults { $0.version == "v1" && $0.step == "build" && $0.count == 0 ? .hang : nil }
        let bench = try await Bench(faults: faults)
        try await bench.push("v1")
        #expect(await eventually { faults.hanging == 1 })
        let running = try await bench.all()[0].id
        try await bench.engine.deployments.cancel(running, actor: "bob")
        try await bench.settle()
        await bench.wake()
        try await bench.restart()
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 cancelled"])
        await #expect(throws: DeploydError.self) { try await bench.engine.deployments.cancel(running, actor: "bob") }
        _ = try await bench.engine.deployments.retry(running, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 cancelled", "v1 succeeded"])
        await bench.stop()
    }

    /// The same version with the same inputs is not tried again by itself; another input, or a person, tries it again.
    @Test func aVerdictIsRemembered() async throws {
        let bench = try await Bench(faults: Faults { $0.step == "health" ? .verdict : nil })
        let first = try await bench.push("v1")
        try await bench.settle()
        let fails = Faults { $0.step == "health" ? .verdict : nil }
        for _ in 0..<2 {
            try await bench.restart(faults: fails)
            await bench.wake()
            try await bench.settle()
        }
        // Pushed again, under another delivery and the same.
        try await bench.deliver("v1", id: "again")
        _ = try await bench.engine.deliveries.redeliver(first.id)
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 failed"])
        let only = try await bench.all()[0].id
        #expect(try await bench.delivery(first.id).deployments == [only])
        // Another input.
        _ = try await bench.engine.topology.adopt(Durable.snapshot(targets: ["a"], parameters: ["region": "us"]))
        #expect(try await eventually { try await bench.deployments() == ["v1 failed", "v1 failed"] })
        try await bench.settle()
        #expect(try await bench.all().map(\.actor) == ["ada", "deployd"])
        // A person.
        try await bench.set("v1")
        try await bench.settle()
        #expect(try await bench.all().map(\.actor) == ["ada", "deployd", "bob"])
        let last = try await bench.all()[2].id
        try await bench.restart()
        _ = try await bench.engine.deployments.retry(last, actor: "eve", cause: nil)
        try await bench.settle()
        #expect(try await bench.deployments().last == "v1 succeeded")
        #expect(try await bench.current().verdict == nil)
        await bench.stop()
    }

    /// What cannot be planned is a verdict too, and is tried again when it can.
    @Test func aRefusedPlanChangesNothing() async throws {
        let bench = try await Bench()
        _ = try await bench.engine.topology.adopt(Durable.snapshot(targets: ["a"], definition: nil))
        try await bench.deploy("v1")
        let failed = try #require(try await bench.all().first)
        #expect(failed.status == .failed && failed.steps == [])
        #expect(failed.reason?.hasPrefix("requires.users: there is no slug 'value' in the world 'w'") == true)
        #expect(bench.engine.faults.calls.filter { $0.step != "fetch" } == [])
        _ = try await bench.engine.topology.adopt(Durable.snapshot(targets: ["a"]))
        #expect(try await eventually { try await bench.deployments() == ["v1 failed", "v1 succeeded"] })
        await bench.stop()
    }
}
