import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Roll-outs that wait for a cluster.
struct RollOutTests {
    /// A fix does not wait until the broken version is given up.
    @Test func aNewerVersionBreaksOffARollOut() async throws {
        let faults = Faults { $0.step == "roll-out" && $0.version == "v2" ? .hang : nil }
        let bench = try await Bench(faults: faults, isCluster: true)
        try await bench.deploy("v1")
        try await bench.push("v2", over: "v1")
        #expect(await eventually { faults.hanging == 1 })
        try await bench.deploy("v3", over: "v2")
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 superseded", "v3 succeeded"])
        #expect(bench.calls("abandon", "v2") == 1 && bench.running == ["v3"] && bench.world.violations == [])
        #expect(try await bench.current().deployed == "v3")
        await bench.stop()
    }

    /// The server dies while it waits; the fix comes when it lives again.
    @Test func aRollOutIsBrokenOffAfterARestart() async throws {
        let faults = Faults { $0.step == "roll-out" && $0.version == "v2" ? .hang : nil }
        let bench = try await Bench(faults: faults, isCluster: true)
        try await bench.deploy("v1")
        try await bench.push("v2", over: "v1")
        #expect(await eventually { faults.hanging == 1 })
        let second = Faults { $0.step == "roll-out" && $0.version == "v2" ? .hang : nil }
        try await bench.restart(faults: second)
        #expect(await eventually { second.hanging == 1 })
        try await bench.deploy("v3", over: "v2")
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 superseded", "v3 succeeded"])
        #expect(bench.running == ["v3"])
        await bench.stop()
    }

    /// Wanted again while it is cleaned up, it begins anew with what was cleaned up.
    @Test func whatIsWantedAgainIsAppliedAgain() async throws {
        let faults = Faults { call in
            switch (call.step, call.version, call.count) {
            case ("roll-out", "v2", 0), ("abandon", "v2", 0): .hang
            default: nil
            }
        }
        let bench = try await Bench(faults: faults, isCluster: true)
        try await bench.deploy("v1")
        try await bench.push("v2", over: "v1")
        #expect(await eventually { faults.hanging == 1 })
        try await bench.set("v1")
        #expect(await eventually { bench.calls("abandon", "v2") == 1 })
        try await bench.set("v2")
        try await bench.restart()
        try await bench.settle()
        #expect(bench.running == ["v2"])
        #expect(try await bench.current().deployed == "v2")
        await bench.stop()
    }

    /// It is failed with the driver's reason, what cleaning up left is recorded, and it is not tried again until told.
    @Test func aVersionThatFailsIsRememberedUntilItIsAskedFor() async throws {
        let faults = Faults { $0.step == "roll-out" && $0.version == "v2" && $0.count == 0 ? .verdict : nil }
        let bench = try await Bench(faults: faults, isCluster: true)
        try await bench.deploy("v1")
        bench.world.change(Bench.instance) { $0.abandoned = Secret("restored") }
        try await bench.deploy("v2", over: "v1")
        let failed = try await bench.current()
        #expect(failed.workload == Secret("restored") && failed.deployed == "v1" && failed.verdict?.version == "v2")
        await bench.wake()
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 failed"])
        #expect(try await bench.all().last?.reason == "roll-out of v2 says no")
        _ = try await bench.engine.plans.deploy(
            application: "hello", environment: "development", version: "v2", digest: nil, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 failed", "v2 succeeded"])
        await bench.stop()
    }

    /// What is left as it is says so, and the version before comes back when it is wanted again.
    @Test func whatIsLeftAsItIsIsReplacedByTheVersionBefore() async throws {
        let faults = Faults { $0.step == "roll-out" && $0.version == "v2" ? .verdict : nil }
        let bench = try await Bench(faults: faults, isCluster: true)
        try await bench.deploy("v1", extra: "onFailure: stop\n")
        try await bench.deploy("v2", over: "v1", extra: "onFailure: stop\n")
        #expect(
            try await bench.all().last?.reason
                == "roll-out of v2 says no\nit is left as it is (onFailure: stop): push a fix, or `deployd rollback`")
        #expect(try await bench.current().isMixed)
        try await bench.set("v1")
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 failed", "v1 succeeded"])
        #expect(try await !bench.current().isMixed)
        await bench.stop()
    }
}
