import Core
import Kubernetes

/// The pods that an object's controller has made for it.
struct PodsOf: Sendable {
    struct Found {
        let trouble: PodTrouble
        let pod: String
        /// Whether waiting does not help: it stays, and the pod is of what was applied last.
        let isVerdict: Bool
    }

    private let object: KubernetesObject

    init(_ object: KubernetesObject) { self.object = object }

    /// What keeps them from running, the surest first; nil: nothing that can be seen, or it has no pods.
    func trouble(_ session: ClusterSession) async throws -> Found? {
        guard let labels = object["spec", "selector", "matchLabels"]?.object, !labels.isEmpty else { return nil }
        let selector = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.string ?? "")" }
        let type = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods", isNamespaced: true)
        let options = ListOptions(labelSelector: selector.joined(separator: ","), pageSize: 100, maximumObjects: 1000)
        let pods = try await session.client.list(type, namespace: session.namespace, options).items
        let found = pods.compactMap { pod in
            PodTrouble(PodStatus(pod)).map { trouble in
                Found(trouble: trouble, pod: pod.name, isVerdict: trouble.certainty == .verdict && isCurrent(pod))
            }
        }
        return found.max { ($0.isVerdict ? 1 : 0, $0.trouble.certainty) < ($1.isVerdict ? 1 : 0, $1.trouble.certainty) }
    }

    /// What a Deployment's pods are of is told by its ReplicaSets, and its own deadline ends it.
    private func isCurrent(_ pod: KubernetesObject) -> Bool {
        switch object.kind {
        case "StatefulSet": pod.labels["controller-revision-hash"] == object["status", "updateRevision"]?.string
        case "Job": true
        default: false
        }
    }
}
