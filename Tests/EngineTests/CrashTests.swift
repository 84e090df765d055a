import Core
import Engine
import Model
import Store
import Synchronization
import TestSupport
import Testing

/// What a restart finds and does with it.
struct CrashTests {
    /// The server dies at every step, before and after its effect.
    @Test(arguments: ["provision", "build", "start", "health", "switch", "retire"], [false, true])
    func aDeploymentGoesOnWhereItWasCutShort(step: String, afterEffect: Bool) async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        let faults = Faults {
            $0.step == step && $0.version != "v1" && $0.count == 0 ? .crash(afterEffect: afterEffect) : nil
        }
        try await bench.restart(faults: faults)
        try await bench.push("v2", over: "v1")
        #expect(await eventually { faults.hanging == 1 })
        try await bench.restart()
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 succeeded"])
        #expect(bench.serving == "v2" && bench.running == ["v2"])
        #expect(
            try await bench.history(.versionDeployed, .deploymentStarted, .resourceProvisioned).map { $0.prefix(26) }
                == [
                    "deployment.started >v1 ada", "resource.provisioned >users", "version.deployed >v1 ada",
                    "deployment.started >v2 ada", "version.deployed v1>v2 ada",
                ].map { $0.prefix(26) })
        await bench.stop()
    }

    /// After the commit the version runs: whatever stands against it now cannot end it.
    @Test func whatIsCommittedIsNotAbandoned() async throws {
        let faults = Faults { $0.step == "retire" ? .crash(afterEffect: false) : nil }
        let bench = try await Bench(faults: faults)
        try await bench.deploy("v1")
        try await bench.push("v2", over: "v1")
        #expect(await eventually { faults.hanging == 1 })
        bench.durable.refusal.set("the proxy is gone")
        try await bench.restart()
        try await bench.settle()
        let last = try #require(try await bench.all().last)
        #expect(last.status == .succeeded && last.reason == "the proxy is gone")
        #expect(bench.serving == "v2" && bench.calls("abandon", "v2") == 0)
        #expect(try await bench.current().verdict == nil)
        await bench.stop()
    }

    /// Errors of the store say nothing of the version.
    @Test func aStoreThatRefusesFailsNoVersion() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        let chance = Mutex(SeededGenerator(1))
        let refusals = Setting(0)
        try await bench.push("v2", over: "v1")
        try await bench.restart(faults: Faults()) {
            guard chance.withLock({ Int.random(in: 0..<3, using: &$0) }) == 0 else { return false }
            refusals.set(refusals.current + 1)
            return true
        }
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 succeeded"])
        #expect(refusals.current > 3 && bench.serving == "v2" && bench.running == ["v2"])
        await bench.stop()
    }

    /// A stop is neither a failure nor an observation.
    @Test func aStopRecordsNothing() async throws {
        let faults = Faults { $0.step == "observe" || ($0.version == "v2" && $0.step == "health") ? .hang : nil }
        let bench = try await Bench(faults: Faults())
        try await bench.deploy("v1")
        try await bench.restart(faults: faults)
        #expect(await eventually { faults.hanging == 1 })
        await bench.stop()
        #expect(try await bench.current().health == .healthy)
        try await bench.restart(faults: faults)
        try await bench.push("v2", over: "v1")
        #expect(await eventually { bench.calls("health", "v2") == 1 && faults.hanging == 1 })
        await bench.stop()
        #expect(try await bench.deployments() == ["v1 succeeded", "v2 running"])
        #expect(try await bench.history(.healthChanged, .deploymentFailed) == [])
    }

    /// A delivery under way is taken up by the next life, and is still one attempt.
    @Test func aDeliveryThatWasBeingProcessedIsTakenUpAgain() async throws {
        let faults = Faults { $0.step == "fetch" ? .hang : nil }
        let bench = try await Bench(faults: faults)
        let delivery = try await bench.push("v1")
        #expect(await eventually { faults.hanging == 1 })
        let during = try await bench.delivery(delivery.id)
        try await bench.restart()
        try await bench.settle()
        let after = try await bench.delivery(delivery.id)
        #expect([during.status, after.status] == [.processing, .processed])
        #expect([during.attempts, after.attempts] == [1, 1] && faults.calls.count == 1)
        #expect(bench.serving == "v1")
        await bench.stop()
    }
}
