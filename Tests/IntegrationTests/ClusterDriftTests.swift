import Client
import Core
import Kubernetes
import System
import TestSupport
import Testing

/// What somebody changes on a cluster, told and put right by the built program; a real API server, whose controllers the
/// test plays.
@Suite(.serialized, .needsControlPlane, .clusterServer, .needsRegistry)
struct ClusterDriftTests {
    @Test func driftIsAnEventWithinSeconds() async throws {
        try await withDeployed("report") { project, edit in
            var fastest = Duration.seconds(3600)
            for round in 1...3 {
                let start = ContinuousClock.now
                try await edit(3)
                try await expect(round, of: "drift.detected", project)
                fastest = min(fastest, ContinuousClock.now - start)
                try await edit(1)
                try await expect(round, of: "drift.cleared", project)
            }
            // Another test's load may hold one of them up.
            #expect(fastest < .seconds(2))
            let told = try await project.events().filter { $0.type == "drift.detected" }
            #expect(Set(told.map(\.detail)) == ["Deployment hello: spec.replicas (kubectl-edit)"])
            try await edit(3)
            try await project.server.expect("the instance to tell it") {
                try await project.instance()?.drift
                    == [.init(object: "Deployment hello", field: "spec.replicas", manager: "kubectl-edit")]
            }
            let shown = try await project.server.command("status", "hello")
            #expect(shown.text.contains("kubectl-edit"), "\(shown.text)\(shown.errorText)")
        }
    }

    @Test func driftIsHealedWhereTheWorldSaysSo() async throws {
        try await withDeployed("heal") { project, edit in
            let cluster = try #require(TestCluster.shared)
            try await edit(3)
            try await expect(1, of: "drift.detected", project)
            try await expect(1, of: "drift.cleared", project)
            let namespace = try #require(
                readFile(project.server.folder.worlds + "/namespace").split(separator: "\n").first)
            let deployment = try await cluster.object("apps/v1", "Deployment", "hello", in: String(namespace))
            #expect(deployment?["spec", "replicas"] == 1)
            #expect(try await project.deployments().count == 1)
        }
    }

    private func expect(_ count: Int, of type: String, _ project: Project) async throws {
        try await project.server.expect("\(type), the \(count).") {
            try await project.events().filter { $0.type == type }.count >= count
        }
    }

    /// Runs `body` with `hello` deployed to a namespace of its own, and what sets its replicas as somebody else.
    private func withDeployed(
        _ drift: String, _ body: @escaping (Project, (Int64) async throws -> Void) async throws -> Void
    ) async throws {
        let plane = try #require(ClusterServerTrait.current)
        let registry = try await TestRegistry()
        let kubeconfig = plane.path("admin.kubeconfig")
        try plane.writeKubeconfig(to: kubeconfig)
        let cluster = try TestCluster(kubeconfig: kubeconfig, registry: registry.host, node: nil)
        do {
            try await TestCluster.$shared.withValue(cluster) {
                try await cluster.withNamespace { namespace in
                    try await withServer { folder in
                        try folder.write(namespace, to: "worlds/namespace")
                        try folder.write(world(kubeconfig, namespace, drift), to: "worlds/cluster.yaml")
                    } _: { server in
                        try await follow(server, cluster, namespace, body)
                    }
                }
            }
        } catch {
            await registry.stop()
            throw error
        }
        await registry.stop()
    }

    private func world(_ kubeconfig: String, _ namespace: String, _ drift: String) -> String {
        """
        world: cluster
        capabilities:
          deploy:kubernetes: { kubeconfig: "\(kubeconfig)", namespace: \(namespace), drift: \(drift) }
        ---
        environmentSet: default
        environments: [cluster]

        """
    }

    private func follow(
        _ server: RunningServer, _ cluster: TestCluster, _ namespace: String,
        _ body: (Project, (Int64) async throws -> Void) async throws -> Void
    ) async throws {
        let controllers = Task { await play(cluster, namespace) }
        defer { controllers.cancel() }
        let project = try await Project(server, target: "cluster")
        let image = "\(cluster.registry)/acme/hello"
        let version = try await project.repository.push([
            "deployd.yaml": "service: hello\nport: 5000\nimage: \(image)\n"
        ])
        try await ChildProcess.output(of: [
            "python3", "\(ServerFolder.root)/scripts/test_parts/image.py", "--entrypoint", "/none", "--push",
            "\(image):\(version)",
        ])
        try await project.announce(version)
        try await project.runs(version)
        try await body(project) { replicas in
            let change: JSONValue = [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["name": "hello", "namespace": .string(namespace)],
                "spec": ["replicas": .integer(replicas)],
            ]
            let object = try #require(KubernetesObject(change))
            _ = try await cluster.client.apply(object, ApplyOptions(fieldManager: "kubectl-edit", force: true))
        }
    }

    /// Has the Deployment be whole, whatever it is, as its controller would.
    private func play(_ cluster: TestCluster, _ namespace: String) async {
        while !Task.isCancelled {
            if let deployment = try? await cluster.object("apps/v1", "Deployment", "hello", in: namespace),
                let generation = deployment.generation,
                deployment["status", "observedGeneration"]?.integer != generation,
                let type = try? await cluster.client.discovery.type(apiVersion: "apps/v1", kind: "Deployment")
            {
                let count = deployment["spec", "replicas"] ?? 1
                let status: JSONValue = [
                    "observedGeneration": .integer(generation), "replicas": count, "updatedReplicas": count,
                    "availableReplicas": count, "readyReplicas": count,
                ]
                _ = try? await cluster.client.patch(
                    type, namespace: namespace, name: "hello", .merge(["status": status]), subresource: "status")
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}
