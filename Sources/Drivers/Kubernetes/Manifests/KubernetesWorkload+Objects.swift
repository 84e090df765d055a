import Core
import Kubernetes
import Model

extension KubernetesWorkload {
    /// An object of this instance, with its labels.
    /// - Parameters:
    ///   - version: whether it is one version's alone.
    ///   - members: what it has beside its metadata.
    func object(
        _ apiVersion: String, _ kind: String, _ name: String, version hasVersion: Bool = false,
        annotations: [String: String] = [:], _ members: [String: JSONValue]
    ) -> KubernetesObject? {
        var annotations = annotations
        if hasVersion { annotations[ObjectLabels.version] = version }
        let metadata = JSONValue.members([
            "name": .string(name), "namespace": .string(namespace),
            "labels": .strings(ObjectLabels.object(self, version: hasVersion)),
            "annotations": annotations.isEmpty ? nil : .strings(annotations),
        ])
        var json = members
        json["apiVersion"] = .string(apiVersion)
        json["kind"] = .string(kind)
        json["metadata"] = metadata
        return KubernetesObject(.object(json))
    }
}
