import Client
import Core
import Model
import Store
import Testing

/// What runs in a world.
struct WorldStateTests {
    @Test func whatRunsIsShownWithItsDrift() async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        let id = InstanceID(application: "hello", target: "develop-a")
        try await harness.storage.write { transaction in
            guard var instance = try transaction.instance(id) else { return }
            instance.deployed = "v1"
            instance.becomes(
                .degraded, reason: "1 of 2", replicas: ReplicaCount(healthy: 1, total: 2), at: Harness.start)
            instance.drift = [DriftedField(object: "Deployment hello", field: "spec.replicas", manager: "kubectl")]
            try transaction.update(instance)
        }
        let client = try harness.client()
        let drift = [Wire.Instance.Drift(object: "Deployment hello", field: "spec.replicas", manager: "kubectl")]
        let state = try await client.worldState("develop")
        #expect(
            state.capabilities["deploy:process"]?.workloads == [
                Wire.WorldState.Workload(
                    application: "hello", target: "develop-a", environment: "development", version: "v1", image: nil,
                    health: .degraded, reason: "1 of 2", since: Harness.start,
                    replicas: Wire.Instance.Replicas(healthy: 1, total: 2), drift: drift)
            ])
        #expect(state.capabilities.keys.sorted() == ["deploy:process", "local"] && state.next == nil)
        #expect(state.capabilities["local"]?.workloads == [])
        #expect(try await client.instance("hello", target: "develop-a").drift == drift)
        #expect(try await client.worldState("production").capabilities == [:])
        let missing = try await harness.send("GET", "/api/v1/worlds/develp/state")
        #expect(missing.status == 404)
        await harness.stop()
    }
}
