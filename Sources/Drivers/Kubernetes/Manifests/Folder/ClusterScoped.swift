import Core
import Kubernetes

/// Kinds of objects that are of the whole cluster.
enum ClusterScoped {
    struct Kind: Sendable, Hashable {
        let group: String
        let kind: String

        init(group: String, kind: String) {
            self.group = group
            self.kind = kind
        }

        init(_ object: KubernetesObject) {
            let parts = object.apiVersion.split(separator: "/")
            self.init(group: parts.count == 2 ? String(parts[0]) : "", kind: object.kind)
        }
    }

    /// Those of Kubernetes itself, by names that nothing of a namespace has.
    static let known: Set<String> = [
        "APIService", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding",
        "ClusterTrustBundle", "CustomResourceDefinition", "DeviceClass", "FlowSchema", "IngressClass",
        "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "Namespace",
        "Node",
        "PersistentVolume", "PodSecurityPolicy", "PriorityClass", "PriorityLevelConfiguration", "RuntimeClass",
        "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration", "VolumeAttachment",
    ]

    /// Kinds that definitions among these objects make, where they are of the whole cluster.
    static func defined(by objects: [KubernetesObject]) -> Set<Kind> {
        Set(
            objects.filter { $0.kind == "CustomResourceDefinition" && $0["spec", "scope"] == "Cluster" }.compactMap {
                guard let group = $0["spec", "group"]?.string, let kind = $0["spec", "names", "kind"]?.string else {
                    return nil
                }
                return Kind(group: group, kind: kind)
            })
    }
}

/// In which order kinds of objects are applied: what others need comes first.
enum ManifestOrder {
    private static let kinds: [[String]] = [
        ["ServiceAccount", "Role", "RoleBinding", "LimitRange", "ResourceQuota", "NetworkPolicy"],
        ["ConfigMap", "Secret", "PersistentVolumeClaim"],
        ["Service"],
        ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"],
    ]

    static func rank(_ object: KubernetesObject) -> Int {
        if object.kind == "CustomResourceDefinition" { return 0 }
        if ClusterScoped.known.contains(object.kind) { return 1 }
        // What is of a kind that nobody knows may need all the others.
        return kinds.firstIndex { $0.contains(object.kind) }.map { $0 + 2 } ?? kinds.count + 2
    }
}

/// What stays when nothing names it any more, since more than one service would lose by it.
enum Retention {
    /// Data, and the definitions whose objects would go with them everywhere.
    private static let kinds: Set<String> = ["CustomResourceDefinition", "PersistentVolumeClaim", "PersistentVolume"]
    private static let annotation = "helm.sh/resource-policy"

    static func keeps(_ object: KubernetesObject) -> Bool {
        kinds.contains(object.kind) || object.annotations[annotation] == "keep"
    }
}
