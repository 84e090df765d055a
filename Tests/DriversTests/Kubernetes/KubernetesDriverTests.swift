import Core
import Kubernetes
import Model
import TestSupport
import Testing

@testable import Drivers

/// Against a real API server, where the test does what controllers do.
@Suite(.serialized, .needsControlPlane, .clusterServer)
struct KubernetesDriverTests {
    private func drift(_ cluster: PlayedCluster, _ state: Secret) async throws -> [String] {
        try await cluster.driver.observe(state, of: InstanceIdentity(application: "hello", target: "cluster")).drift?
            .map { "\($0.object) \($0.field ?? "gone") \($0.manager ?? "-")" } ?? ["not looked at"]
    }

    @Test func bringsAVersionAndTheNext() async throws {
        let cluster = try await PlayedCluster("rolling")
        let first = ClusterAttempt(cluster, "v1")
        let state = try await first.run { try await cluster.roll() }
        #expect(try await cluster.get("Service", "hello")?["spec", "ports"]?[0]?["port"] == 80)
        let seen = try await cluster.driver.observe(state, of: first.instance)
        #expect(seen.health == .healthy && seen.replicas == ReplicaCount(healthy: 1) && seen.drift == [])
        #expect(first.log.text.contains("1 of 1 replicas available"))

        let service = try await cluster.get("Service", "hello")?.resourceVersion
        let second = ClusterAttempt(cluster, "v2", previous: state)
        let next = try await second.run {
            try await cluster.roll(updated: 1, available: 0, old: 1)
            _ = await eventually { second.log.text.contains("0 of 1 replicas available, 1 of the old version left") }
            try await cluster.roll()
        }
        // What does not change is not sent.
        #expect(try await cluster.get("Service", "hello")?.resourceVersion == service)
        #expect(second.log.lines.first == "applied Deployment hello")
        // A server that has just started knows as much.
        let again = try await cluster.restarted.observe(next, of: first.instance)
        #expect(again.health == .healthy && again.drift == [])
        try await cluster.driver.destroy(first.instance, workload: next)
        let left = [try await cluster.deployment(), try await cluster.get("Service", "hello")]
        #expect(left == [nil, nil])
    }

    @Test func saysWhyAVersionFailsAndBringsTheOldOneBack() async throws {
        let cluster = try await PlayedCluster("failing")
        let state = try await ClusterAttempt(cluster, "v1").run { try await cluster.roll() }
        let good = try await cluster.deployment()
        let crash: JSONValue = [
            "restartCount": 3, "state": ["waiting": ["reason": "CrashLoopBackOff"]],
            "lastState": [
                "terminated": [
                    "exitCode": 3, "reason": "Error", "startedAt": "2026-01-01T00:00:00Z",
                    "finishedAt": "2026-01-01T00:00:01Z", "containerID": "",
                ]
            ],
        ]
        let second = ClusterAttempt(cluster, "v2", previous: state)
        let crashed = try await second.verdict {
            try await cluster.roll(available: 0, old: 1, containers: [crash])
        }
        #expect(
            crashed == "invalid: the container exited 4 times with code 3 (CrashLoopBackOff); it wrote nothing")
        async let abandoned = second.abandon()
        _ = try await eventually(every: .milliseconds(100)) {
            try await cluster.deployment()?["spec", "template"] == good?["spec", "template"]
        }
        try await cluster.roll()
        let restored = try #require(try await abandoned)
        #expect(second.log.lines.last == "version v1 goes on serving")
        #expect(try await cluster.driver.observe(restored, of: second.instance).health == .healthy)

        var third = ClusterAttempt(cluster, "v3", previous: restored)
        let refused = try await third.verdict {
            try await cluster.roll(
                updated: 0, available: 0, old: 1, failure: "pods \"x\" is forbidden: exceeded quota: q")
        }
        #expect(
            refused == "invalid: the namespace's quota is used up: pods \"x\" is forbidden: exceeded quota: q")
        third.onFailure = .stop
        let left = try #require(try await third.abandon())
        #expect(try await cluster.deployment()?["spec", "template"] != good?["spec", "template"])
        let seen = try await cluster.driver.observe(left, of: third.instance)
        #expect(seen.health == .degraded && seen.drift == [] && !seen.isIncomplete)
        #expect(seen.reason?.hasSuffix("; version v3 failed and was left as it is") == true)
    }

    @Test func leavesWhatIsSomebodyElses() async throws {
        let cluster = try await PlayedCluster("owners")
        let service: JSONValue = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "hello", "namespace": .string(cluster.namespace)],
            "spec": ["ports": [["port": 80, "name": "web", "protocol": "TCP"]]],
        ]
        try await cluster.edit(service, as: "somebody")
        var attempt = ClusterAttempt(cluster, "v1")
        let wish = WorkloadWish(
            ports: ["http": 5000], entrypoints: [:], replicas: 1, limits: WorkloadLimits(), hasCommand: false)
        let refusal =
            "Service hello exists in namespace owners and is not deployd's (managed by somebody): remove it, or have it "
            + "taken over with adopt: true in deploy.kubernetes of deployd.yaml"
        #expect(await cluster.driver.refusals(for: attempt.instance, wish).contains(refusal))
        #expect(try await attempt.verdict {} == "conflict: \(refusal)")
        #expect(try await cluster.deployment() == nil)
        attempt.adopts = true
        let state = try await attempt.run { try await cluster.roll() }
        #expect(try await cluster.get("Service", "hello")?.labels[ObjectLabels.application] == "hello")
        // Another target of the same application has no place beside it.
        var other = ClusterAttempt(cluster, "v1")
        other.instance = InstanceIdentity(application: "hello", target: "other")
        let verdict = try await other.verdict {}
        #expect(
            verdict?.hasSuffix(
                " in namespace owners belongs to hello on target cluster: two targets of one application need namespaces of "
                    + "their own") == true, "\(verdict ?? "-")")
        try await cluster.driver.destroy(attempt.instance, workload: state)
    }

    @Test func tellsDriftAndLeavesItAlone() async throws {
        let cluster = try await PlayedCluster("drift")
        let attempt = ClusterAttempt(cluster, "v1")
        let state = try await attempt.run { try await cluster.roll() }
        try await cluster.scale("hello", to: 4)
        #expect(
            await eventually {
                (try? await self.drift(cluster, state))?.first?.hasPrefix("Deployment hello spec.replicas ") == true
            })
        try await cluster.scale("hello", to: 1)
        #expect(await eventually { (try? await self.drift(cluster, state)) == [] })
        let scaled: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "hello", "namespace": .string(cluster.namespace)], "spec": ["replicas": 3],
        ]
        try await cluster.edit(scaled)
        #expect(
            await eventually {
                (try? await self.drift(cluster, state)) == ["Deployment hello spec.replicas kubectl-edit"]
            })
        // It is as it should be again, whoever has it now.
        var back = scaled.object ?? [:]
        back["spec"] = ["replicas": 1]
        try await cluster.edit(.object(back))
        #expect(await eventually { (try? await self.drift(cluster, state)) == [] })
        let services = try await cluster.client.discovery.type(apiVersion: "v1", kind: "Service")
        _ = try await cluster.client.delete(services, namespace: cluster.namespace, name: "hello")
        #expect(await eventually { (try? await self.drift(cluster, state)) == ["Service hello gone -"] })
        let seen = try await cluster.driver.observe(state, of: attempt.instance)
        #expect(seen.health == .degraded && !seen.isIncomplete)
        // A deployment sets right what is its own.
        let next = try await ClusterAttempt(cluster, "v2", previous: state).run { try await cluster.roll() }
        #expect(try await drift(cluster, next) == [])
    }

    @Test func healsWhereTheWorldSaysSo() async throws {
        let cluster = try await PlayedCluster("heal", drift: .heal)
        let attempt = ClusterAttempt(cluster, "v1")
        let state = try await attempt.run { try await cluster.roll() }
        let services = try await cluster.client.discovery.type(apiVersion: "v1", kind: "Service")
        _ = try await cluster.client.delete(services, namespace: cluster.namespace, name: "hello")
        #expect(
            await eventually {
                (try? await cluster.driver.observe(state, of: attempt.instance).isIncomplete) == true
            })
        let healed = try await cluster.driver.revive(state, of: attempt.instance)
        #expect(try await drift(cluster, healed) == [])
        #expect(try await cluster.get("Service", "hello") != nil)
    }

    @Test func suspendsAndRevives() async throws {
        let cluster = try await PlayedCluster("suspend")
        let attempt = ClusterAttempt(cluster, "v1")
        let state = try await attempt.run { try await cluster.roll() }
        // Of a Job that is done, such as beforeDeploy's, the pod stays.
        try await cluster.endedPod("hello-before-1", of: attempt.instance)
        try await cluster.driver.suspend(state, of: attempt.instance)
        #expect(try await cluster.deployment()?["spec", "replicas"] == 0)
        #expect(
            await eventually {
                (try? await cluster.driver.suspensionProblem(of: state, attempt.instance)) == .some(nil)
            })
        let revived = try await cluster.driver.revive(state, of: attempt.instance)
        #expect(try await cluster.deployment()?["spec", "replicas"] == 1)
        try await cluster.roll()
        #expect(
            await eventually {
                (try? await cluster.driver.observe(revived, of: attempt.instance).health) == .healthy
            })
    }
}
