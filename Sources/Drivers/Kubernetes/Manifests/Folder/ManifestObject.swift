import Core
import Formats
import Kubernetes

/// An object of a service's folder of manifests, and where it is written.
struct ManifestObject: Sendable, Equatable {
    let object: KubernetesObject
    let file: String
    /// Of the object, and of its `metadata.namespace` where it has one.
    let position: SourcePosition
    var namespacePosition: SourcePosition?

    /// `k8s/database.yaml:3:1`
    var origin: String { "\(file):\(position)" }
    /// `ConfigMap settings`
    var title: String { "\(object.kind) \(object.name)" }
}
