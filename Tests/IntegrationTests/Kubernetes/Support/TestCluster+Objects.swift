import Core
import Kubernetes
import TestSupport
import Testing

extension TestCluster {
    /// Runs `body` with a namespace of its own, and has it removed whatever happens.
    func withNamespace(_ body: (_ namespace: String) async throws -> Void) async throws {
        let name = "deployd-test-\(Identifier.make(at: SystemClock().now()))".lowercased()
        try await create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
        do { try await body(name) } catch {
            try? await remove("v1", "Namespace", name)
            throw error
        }
        try await remove("v1", "Namespace", name)
    }

    /// Makes an object.
    /// - Parameter namespace: nil: what it says itself, if it is in one.
    @discardableResult
    func create(_ json: JSONValue, in namespace: String? = nil) async throws -> KubernetesObject {
        var object = try #require(KubernetesObject(json))
        if let namespace { object.set(["metadata", "namespace"], .string(namespace)) }
        return try await client.create(object)
    }

    func object(_ apiVersion: String, _ kind: String, _ name: String, in namespace: String?) async throws
        -> KubernetesObject?
    {
        try await client.get(ObjectReference(apiVersion: apiVersion, kind: kind, namespace: namespace, name: name))
    }

    func remove(_ apiVersion: String, _ kind: String, _ name: String, in namespace: String? = nil) async throws {
        _ = try await client.delete(
            ObjectReference(apiVersion: apiVersion, kind: kind, namespace: namespace, name: name))
    }

    func list(_ apiVersion: String, _ kind: String, in namespace: String) async throws -> [KubernetesObject] {
        let type = try await client.discovery.type(apiVersion: apiVersion, kind: kind)
        return try await client.list(type, namespace: namespace).items
    }

    /// `Deployment hello` of everything in a namespace that stays, and that the cluster does not put into each by itself.
    func contents(of namespace: String) async throws -> [String] {
        var found: [String] = []
        for (apiVersions, kind) in TestCluster.kinds {
            let type = try await client.discovery.type(ofKind: kind, in: apiVersions)
            found += try await client.list(type, namespace: namespace).items.filter { object in
                object.name != "kube-root-ca.crt" && object.deletionTimestamp == nil
                    && object["type"]?.string != "kubernetes.io/service-account-token"
            }.map { "\(kind) \($0.name)" }
        }
        return found.sorted()
    }

    private static let kinds: [([String], String)] = [
        (["v1"], "ConfigMap"), (["v1"], "Secret"), (["v1"], "Service"), (["v1"], "Pod"),
        (["v1"], "PersistentVolumeClaim"), (["apps/v1"], "Deployment"), (["apps/v1"], "ReplicaSet"),
        (["apps/v1"], "StatefulSet"), (["batch/v1"], "Job"), (["networking.k8s.io/v1"], "Ingress"),
        (["networking.k8s.io/v1"], "NetworkPolicy"),
        (["autoscaling/v2", "autoscaling/v2beta2"], "HorizontalPodAutoscaler"),
        (["policy/v1", "policy/v1beta1"], "PodDisruptionBudget"),
    ]
}
