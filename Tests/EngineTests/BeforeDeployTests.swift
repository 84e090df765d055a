import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// What is run once before a version starts.
struct BeforeDeployTests {
    private static func file(_ extra: String = "") -> String {
        Durable.file("hello", extra: "beforeDeploy: [./migrate, \"${version}\", \"${requires.users.url}\"]\n\(extra)")
    }

    private func commands(_ bench: Bench) -> [String] {
        bench.world.place(Bench.instance).commands.sorted { $0.key < $1.key }.map { String($0.value.prefix(20)) }
    }

    private func steps(_ deployment: Deployment?) -> [String] {
        (deployment?.steps ?? []).map { "\($0.name) \($0.status)" }
    }

    @Test func isRunOnceForEachVersionOfAnInstance() async throws {
        let bench = try await Bench(targets: ["a", "b"])
        try await bench.deploy("v1", file: Self.file())
        let first = steps(try await bench.all().last)
        #expect(
            first == [
                "users succeeded", "build succeeded", "beforeDeploy succeeded", "start succeeded", "health succeeded",
                "switch succeeded",
            ])
        try await bench.deploy("v2", over: "v1", file: Self.file())
        // Neither going back nor forward, nor deploying again with other inputs.
        try await bench.set("v1")
        try await bench.settle()
        try await bench.set("v2")
        try await bench.settle()
        _ = try await bench.engine.topology.adopt(Durable.snapshot(targets: ["a", "b"], parameters: ["region": "us"]))
        _ = try await bench.engine.plans.deploy(
            application: "hello", environment: "development", version: nil, digest: nil, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(bench.serving == "v2")
        #expect(commands(bench) == ["v1: ./migrate v1 x:/", "v2: ./migrate v2 x:/"])
        #expect(!steps(try await bench.all().last).contains { $0.hasPrefix("beforeDeploy") })
        let other = bench.world.place(InstanceID(application: "hello", target: "b"))
        #expect(other.commands.count == 2)
        await bench.stop()
    }

    /// What failed later is tried again without it; what failed in it is not.
    @Test(arguments: [("health", 1), ("beforeDeploy", 2)]) func aRetryRunsItOnlyIfItFailed(
        step: String, runs: Int
    ) async throws {
        let bench = try await Bench(faults: Faults { $0.step == step && $0.count == 0 ? .verdict : nil })
        try await bench.deploy("v1", file: Self.file())
        let failed = try #require(try await bench.all().last)
        #expect(failed.status == .failed)
        _ = try await bench.engine.deployments.retry(failed.id, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 failed", "v1 succeeded"])
        #expect(bench.calls("beforeDeploy", "v1") == runs && bench.serving == "v1")
        await bench.stop()
    }

    @Test(arguments: [false, true]) func aCrashDoesNotRunItTwice(afterEffect: Bool) async throws {
        let faults = Faults { $0.step == "beforeDeploy" && $0.count == 0 ? .crash(afterEffect: afterEffect) : nil }
        let bench = try await Bench(faults: faults)
        try await bench.push("v1", file: Self.file())
        #expect(await eventually { faults.hanging == 1 })
        try await bench.restart()
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded"] && commands(bench).count == 1)
        #expect(steps(try await bench.all().last).contains("beforeDeploy succeeded"))
        await bench.stop()
    }

    /// It is cut short by whoever cancels it, and by nothing else.
    @Test func onlySomebodyCutsItShort() async throws {
        let faults = Faults { $0.step == "beforeDeploy" && $0.version == "v2" ? .hang : nil }
        let bench = try await Bench(faults: faults)
        try await bench.deploy("v1", file: Self.file())
        try await bench.push("v2", over: "v1", file: Self.file())
        #expect(await eventually { faults.hanging == 1 })
        try await bench.push("v3", over: "v2", file: Self.file())
        #expect(try await eventually { try await bench.current().desired == "v3" })
        await bench.wake()
        #expect(faults.hanging == 1)
        let second = try #require(try await bench.all().first { $0.version == "v2" })
        try await bench.engine.deployments.cancel(second.id, actor: "bob")
        try await bench.settle()
        #expect(bench.serving == "v3" && bench.calls("abandon", "v2") == 1)
        await bench.stop()
    }

    @Test func anInstanceThatIsMadeAnewRunsItAgain() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1", file: Self.file())
        _ = try await bench.engine.instances.ask(.destroy, of: Bench.instance, actor: "bob", cause: nil)
        try await bench.settle()
        try await bench.set("v1")
        try await bench.settle()
        #expect(bench.serving == "v1" && bench.calls("beforeDeploy", "v1") == 2)
        await bench.stop()
    }
}
