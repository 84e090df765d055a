import Core
import Kubernetes
import Model

/// All that an instance has on its cluster: what is recorded, and what has its labels.
struct InstanceObjects: Sendable {
    /// Kinds that deployd makes by itself.
    private static let kinds = [
        ("apps/v1", "Deployment"), ("v1", "Service"), ("v1", "ConfigMap"), ("v1", "Secret"), ("batch/v1", "Job"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
    ]

    let session: ClusterSession
    let identity: InstanceIdentity
    let state: KubernetesState?
    /// Others that it may have, by version and name.
    var others: Set<KubernetesType> = []

    /// In the order in which they are applied.
    func all() async throws -> [KubernetesState.Item] {
        var found = state?.everything ?? []
        var known = Set(found.map(\.key))
        let apis = session.apis
        let versions =
            InstanceObjects.kinds + [
                (apis.ingress, "Ingress"), (apis.autoscaler, "HorizontalPodAutoscaler"),
                (apis.disruptionBudget, "PodDisruptionBudget"),
            ] + others.map { ($0.apiVersion, $0.kind) }
        let options = ListOptions(
            labelSelector: "\(OwnershipLabels.selector),\(ObjectLabels.selector(identity))", onlyMetadata: true)
        for (apiVersion, kind) in versions {
            guard let type = try? await session.client.discovery.type(apiVersion: apiVersion, kind: kind) else {
                continue
            }
            let list: [KubernetesObject]
            do { list = try await session.client.list(type, namespace: session.namespace, options).items } catch let
                error as DeploydError where error.code == .forbidden || error.code == .notFound
            {
                // What it may not even list it has not made.
                continue
            }
            for object in list {
                // Its annotations say whether it is to stay.
                let metadata = JSONValue.members([
                    "name": .string(object.name), "namespace": .string(session.namespace),
                    "annotations": object["metadata", "annotations"],
                ])
                guard
                    let named = KubernetesObject([
                        "apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": metadata,
                    ]), known.insert(ObjectKey(named)).inserted
                else { continue }
                found.append(KubernetesState.Item(object: named, uid: object.uid))
            }
        }
        return found
    }
}

/// A kind as manifests name it.
struct KubernetesType: Sendable, Hashable {
    let apiVersion: String
    let kind: String
}
