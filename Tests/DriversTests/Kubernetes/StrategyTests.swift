import Core
import Kubernetes
import Model
import TestSupport
import Testing

@testable import Drivers

/// Versions beside each other, on a real API server where the test does what controllers do.
@Suite(.serialized, .needsControlPlane, .clusterServer)
struct StrategyTests {
    private func serving(_ cluster: PlayedCluster, _ name: String) async throws -> String? {
        try await cluster.get("Service", name)?["spec", "selector", ObjectLabels.track]?.string
    }

    private func deployments(_ cluster: PlayedCluster) async throws -> [String] {
        let type = try await cluster.client.discovery.type(apiVersion: "apps/v1", kind: "Deployment")
        return try await cluster.client.list(type, namespace: cluster.namespace).items.map(\.name).sorted()
    }

    @Test func switchesColours() async throws {
        let cluster = try await PlayedCluster("colours")
        var first = ClusterAttempt(cluster, "v1")
        first.strategy = .blueGreen(keepOld: .seconds(1))
        let state = try await first.run { try await cluster.roll("hello-blue") }
        #expect(try await serving(cluster, "hello") == "blue")
        var second = ClusterAttempt(cluster, "v2", previous: state)
        second.strategy = first.strategy
        let next = try await second.run {
            #expect(try await self.serving(cluster, "hello") == "blue")
            _ = try await eventually { try await self.serving(cluster, "hello-preview") == "green" }
            try await cluster.roll("hello-green")
        }
        #expect(try await [serving(cluster, "hello"), serving(cluster, "hello-preview")] == ["green", "blue"])
        #expect(try await deployments(cluster) == ["hello-blue", "hello-green"])
        #expect(
            await eventually {
                (try? await cluster.driver.observe(next, of: first.instance).isIncomplete) == true
            })
        let retired = try await cluster.driver.revive(next, of: first.instance)
        #expect(try await deployments(cluster) == ["hello-green"])
        let seen = try await cluster.driver.observe(retired, of: first.instance)
        #expect(seen.health == .healthy && !seen.isIncomplete && seen.drift == [])
        // A colour that fails goes; the other one goes on.
        var third = ClusterAttempt(cluster, "v3", previous: retired)
        third.strategy = first.strategy
        third.deadline = .seconds(60)
        let failed = try await third.verdict {
            try await cluster.roll(
                "hello-blue", available: 0,
                containers: [["state": ["waiting": ["reason": "InvalidImageName", "message": "bad"]]]])
        }
        #expect(failed?.contains("cannot be used (InvalidImageName): bad") == true)
        _ = try await third.abandon()
        #expect(try await deployments(cluster) == ["hello-green"])
        #expect(try await serving(cluster, "hello") == "green")
        try await cluster.endPods()
        try await cluster.driver.destroy(first.instance, workload: retired)
        #expect(try await deployments(cluster) == [])
    }

    @Test func keepsReleases() async throws {
        let cluster = try await PlayedCluster("releases")
        var state: Secret?
        for version in ["v1", "v2", "v3"] {
            var attempt = ClusterAttempt(cluster, version, previous: state)
            attempt.strategy = .appendOnly(keep: 2)
            state = try await attempt.run { try await cluster.roll("hello-\(version)") }
            #expect(try await serving(cluster, "hello-latest") == "release-\(version)")
        }
        #expect(try await deployments(cluster) == ["hello-v2", "hello-v3"])
        #expect(try await serving(cluster, "hello-v2") == "release-v2")
        #expect(try await cluster.get("Service", "hello-v1") == nil)
    }
}
