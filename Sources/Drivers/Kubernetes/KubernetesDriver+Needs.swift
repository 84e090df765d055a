import Kubernetes
import Model

extension KubernetesDriver {
    private static let everything = ["get", "list", "watch", "create", "patch", "delete"]
    private static let seen = ["list", "watch"]

    /// What deployd must be allowed in the namespace for all that a service becomes. What belongs to no service alone (Jobs,
    /// logs, events) is told of when it is missing; deploy/helm/deployd/files/rules.yaml has all of it.
    static func needs(
        of wish: WorkloadWish, _ settings: KubernetesSettings, in namespace: String
    ) -> [AccessQuestion] {
        var made = [("apps", "deployments"), ("", "configmaps"), ("", "secrets")]
        if !wish.ports.isEmpty { made.append(("", "services")) }
        if wish.autoscaling != nil { made.append(("autoscaling", "horizontalpodautoscalers")) }
        if wish.autoscaling.map({ $0.maximum > 1 }) ?? (wish.replicas > 1) {
            made.append(("policy", "poddisruptionbudgets"))
        }
        if !wish.entrypoints.isEmpty, settings.exposure == .ingress { made.append(("networking.k8s.io", "ingresses")) }
        if wish.entrypoints.values.contains(where: { $0.allowed != nil }) {
            made.append(("networking.k8s.io", "networkpolicies"))
        }
        let all = made.map { ($0, everything) } + [(("apps", "replicasets"), seen), (("", "pods"), seen)]
        return all.flatMap { resource, verbs in
            verbs.map {
                AccessQuestion(verb: $0, group: resource.0, resource: resource.1, namespace: namespace)
            }
        }
    }
}
