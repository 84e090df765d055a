import Core
import Kubernetes

/// Leaves the number of replicas to an autoscaler without a moment at which there is one only.
///
/// What server-side apply stops naming goes, and a Deployment without `replicas` has one. So another manager applies the
/// number that there is first, and then the Deployment is applied without it
/// (https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership).
enum ReplicaHandover {
    static let manager = "deployd-replicas"

    /// Whether it has to be done before `deployment` is applied over what there is.
    static func isNeeded(_ deployment: KubernetesObject, over live: KubernetesObject) -> Bool {
        guard deployment.kind == "Deployment", deployment["spec", "replicas"] == nil else { return false }
        return live.managers.contains {
            $0.name == KubernetesClient.fieldManager && $0.applies && $0.fields.contains(".spec.replicas")
        }
    }

    /// What `manager` applies.
    static func object(_ deployment: KubernetesObject, replicas: Int) -> KubernetesObject? {
        KubernetesObject(
            .members([
                "apiVersion": .string(deployment.apiVersion), "kind": .string(deployment.kind),
                "metadata": .members([
                    "name": .string(deployment.name), "namespace": deployment.namespace.map(JSONValue.string),
                ]),
                "spec": ["replicas": .integer(replicas)],
            ]))
    }
}
