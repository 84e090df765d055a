import Core
import Kubernetes

/// What a list or a watch keeps of an object while it is read: a page of whole ones would be tens of megabytes.
enum TrimmedObject {
    static let keeping: @Sendable (KubernetesObject) -> KubernetesObject = { object in
        let metadata = object["metadata"]
        var kept: [String: JSONValue] = [:]
        for key in [
            "name", "namespace", "uid", "labels", "generation", "ownerReferences", "deletionTimestamp",
            "creationTimestamp", "resourceVersion",
        ] {
            kept[key] = metadata?[key]
        }
        if let revision = metadata?["annotations"]?[ReplicaSetStatus.revision] {
            kept["annotations"] = [ReplicaSetStatus.revision: revision]
        }
        kept["managedFields"] = .object([OwnedFields.digestKey: .string(OwnedFields.digest(of: object))])
        var members: [String: JSONValue] = [
            "apiVersion": .string(object.apiVersion), "kind": .string(object.kind), "metadata": .object(kept),
        ]
        if let replicas = object["spec", "replicas"] { members["spec"] = ["replicas": replicas] }
        members["status"] = object["status"]
        return KubernetesObject(.object(members)) ?? object
    }
}
