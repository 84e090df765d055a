import Core
import HTTPClient
import Kubernetes
import Model
import System
import TestSupport
import Testing

@testable import Drivers

/// A namespace of a real API server, a driver for it, and what the controllers of a cluster would do.
struct PlayedCluster {
    let namespace: String
    let client: KubernetesClient
    let driver: any WorkloadDriver
    let parts: KubernetesDriver.Parts
    let world: World

    /// - Parameters:
    ///   - user: as whom the driver comes, in a kubeconfig's YAML.
    ///   - server: where it reaches the API server, if not directly.
    ///   - files: of the services' source, by path.
    init(
        _ namespace: String, drift: KubernetesSettings.Drift = .report, makesNamespace: Bool = true,
        user: String = "token: admin-token", server: String? = nil, files: [String: String] = [:]
    ) async throws {
        let plane = try #require(ClusterServerTrait.current)
        self.namespace = namespace
        let threads = BlockingThreads()
        let runner = try CommandRunner()
        let session = HTTPClientSession()
        let connection = ClusterConnection(
            name: "the control plane", server: plane.url, authorities: .file(plane.path("ca.crt")),
            credential: CredentialSource(authorization: .token(Secret("admin-token"))), namespace: namespace)
        client = KubernetesClient(
            connection, environment: [:], session: session, runner: runner, threads: threads)
        parts = KubernetesDriver.Parts(
            client: session, runner: runner, threads: threads, source: NoSource(files: files),
            environment: [:],
            nameKey: { Secret("key of \($0)") })
        var world = World(name: "cluster", capabilities: [.deployKubernetes])
        world.kubernetes = KubernetesSettings(
            access: .text(PlayedCluster.kubeconfig(plane, server ?? plane.url, user), context: nil),
            namespace: namespace, drift: drift)
        self.world = world
        driver = KubernetesDriver(parts).inWorld(world)
        if makesNamespace { try await makeNamespace() }
    }

    /// With its name as the label `test`.
    func makeNamespace() async throws {
        _ = try await client.apply(
            try object([
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": ["name": .string(namespace), "labels": ["test": .string(namespace)]],
            ]))
    }

    /// Another server's, which has seen nothing yet.
    var restarted: any WorkloadDriver { KubernetesDriver(parts).inWorld(world) }

    private static func kubeconfig(_ plane: ControlPlane, _ server: String, _ user: String) -> Secret {
        Secret(
            """
            apiVersion: v1
            kind: Config
            current-context: test
            clusters: [{name: test, cluster: {server: "\(server)", certificate-authority: "\(plane.path("ca.crt"))"}}]
            users: [{name: test, user: {\(user)}}]
            contexts: [{name: test, context: {cluster: test, user: test}}]
            """)
    }

    func object(_ json: JSONValue) throws -> KubernetesObject { try #require(KubernetesObject(json)) }

    func get(_ kind: String, _ name: String, _ apiVersion: String = "v1") async throws -> KubernetesObject? {
        try await client.get(ObjectReference(apiVersion: apiVersion, kind: kind, namespace: namespace, name: name))
    }

    func deployment(_ name: String = "hello") async throws -> KubernetesObject? {
        try await get("Deployment", name, "apps/v1")
    }

    func patch(_ kind: String, _ name: String, _ apiVersion: String = "v1", _ change: JSONValue) async throws {
        let type = try await client.discovery.type(apiVersion: apiVersion, kind: kind)
        _ = try await client.patch(type, namespace: namespace, name: name, .merge(change))
    }

    /// Writes as somebody else does, by whatever manager of fields.
    func edit(_ change: JSONValue, as manager: String = "kubectl-edit") async throws {
        _ = try await client.apply(try object(change), ApplyOptions(fieldManager: manager, force: true))
    }

    /// As the controllers make it: a ReplicaSet of the Deployment's newest version, with these pods.
    /// - Parameters:
    ///   - available: how many of `updated` are.
    ///   - containers: `state` and so on of each pod's container.
    func roll(
        _ name: String = "hello", updated: Int = 1, available: Int = 1, old: Int = 0, failure: String? = nil,
        containers: [JSONValue] = []
    ) async throws {
        let deployment = try #require(try await deployment(name))
        let revision = "\(deployment.generation ?? 0)"
        let template = try #require(deployment["spec", "template"])
        let set = "\(name)-\(revision)"
        let labels = template["metadata"]?["labels"] ?? [:]
        let spec: JSONValue = [
            "replicas": .integer(Int64(updated)), "template": template,
            "selector": deployment["spec", "selector"] ?? [:],
        ]
        try await put("apps/v1", "ReplicaSet", set, owner: deployment, labels, revision: revision, ["spec": spec])
        var status: [String: JSONValue] = ["replicas": .integer(Int64(updated)), "availableReplicas": 0]
        if let failure {
            status["conditions"] = [
                ["type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": .string(failure)]
            ]
        }
        try await setStatus("apps/v1", "ReplicaSet", set, .object(status))
        let owner = try #require(try await get("ReplicaSet", set, "apps/v1"))
        for (index, container) in containers.enumerated() {
            let pod = "\(set)-\(index)"
            try await put("v1", "Pod", pod, owner: owner, labels, ["spec": template["spec"] ?? [:]])
            var members = container.object ?? [:]
            members["name"] = template["spec"]?["containers"]?[0]?["name"]
            members["image"] = template["spec"]?["containers"]?[0]?["image"]
            members["imageID"] = ""
            members["ready"] = members["ready"] ?? false
            members["restartCount"] = members["restartCount"] ?? 0
            try await setStatus("v1", "Pod", pod, ["phase": "Pending", "containerStatuses": [.object(members)]])
        }
        try await patch(
            "Deployment", name, "apps/v1",
            ["metadata": ["annotations": ["deployment.kubernetes.io/revision": .string(revision)]]])
        // An annotation counts as a change of what is asked for (the strategy of the API server's Deployments).
        let generation = try await self.deployment(name)?.generation
        try await setStatus(
            "apps/v1", "Deployment", name,
            [
                "observedGeneration": .integer(generation ?? 0), "replicas": .integer(Int64(updated + old)),
                "updatedReplicas": .integer(Int64(updated)), "availableReplicas": .integer(Int64(available + old)),
                "readyReplicas": .integer(Int64(available + old)),
            ])
    }

    /// As `kubectl scale` does it, which older servers note of nobody.
    func scale(_ name: String, to replicas: Int64) async throws {
        let type = try await client.discovery.type(apiVersion: "apps/v1", kind: "Deployment")
        _ = try await client.patch(
            type, namespace: namespace, name: name, .merge(["spec": ["replicas": .integer(replicas)]]),
            subresource: "scale")
    }

    /// A pod that has done what it was for.
    func endedPod(_ name: String, of instance: InstanceIdentity) async throws {
        var labels = ObjectLabels.ownership(instance)
        labels["app.kubernetes.io/managed-by"] = "deployd"
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace),
                "labels": .object(labels.mapValues(JSONValue.string)),
            ],
            "spec": ["containers": [["name": "hello", "image": "hello"]]],
        ]
        try await edit(pod, as: "kube-controller-manager")
        try await setStatus("v1", "Pod", name, ["phase": "Succeeded"])
    }

    /// Removes all pods, as the garbage collector does when what made them is gone.
    func endPods() async throws {
        let type = try await client.discovery.type(apiVersion: "v1", kind: "Pod")
        for pod in try await client.list(type, namespace: namespace).items {
            _ = try await client.delete(
                type, namespace: namespace, name: pod.name, DeleteOptions(gracePeriod: 0))
        }
    }

    private func put(
        _ apiVersion: String, _ kind: String, _ name: String, owner: KubernetesObject, _ labels: JSONValue,
        revision: String? = nil, _ members: [String: JSONValue]
    ) async throws {
        var json = members
        json["apiVersion"] = .string(apiVersion)
        json["kind"] = .string(kind)
        var metadata: [String: JSONValue] = [
            "name": .string(name), "namespace": .string(namespace), "labels": labels,
            "ownerReferences": [
                [
                    "apiVersion": .string(owner.apiVersion), "kind": .string(owner.kind), "name": .string(owner.name),
                    "uid": .string(owner.uid ?? ""), "controller": true,
                ]
            ],
        ]
        if let revision { metadata["annotations"] = ["deployment.kubernetes.io/revision": .string(revision)] }
        json["metadata"] = .object(metadata)
        _ = try await client.apply(
            try object(.object(json)), ApplyOptions(fieldManager: "kube-controller-manager", force: true))
    }

    func setStatus(_ apiVersion: String, _ kind: String, _ name: String, _ status: JSONValue) async throws {
        let type = try await client.discovery.type(apiVersion: apiVersion, kind: kind)
        _ = try await client.patch(
            type, namespace: namespace, name: name, .merge(["status": status]), subresource: "status")
    }
}
