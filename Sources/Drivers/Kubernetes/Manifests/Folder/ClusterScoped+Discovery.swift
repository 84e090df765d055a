import Core
import Kubernetes

extension ClusterScoped {
    /// Kinds of the whole cluster among those of manifests that are not Kubernetes' own. What the cluster does not know yet,
    /// since its definition is among them, says so itself.
    static func found(among manifests: [ManifestObject], by discovery: Discovery) async throws -> Set<Kind> {
        var asked: Set<Kind> = []
        var found: Set<Kind> = []
        for object in manifests.map(\.object) where !known.contains(object.kind) {
            let kind = Kind(object)
            guard kind.group.contains("."), asked.insert(kind).inserted,
                try await discovery.serves(apiVersion: object.apiVersion, kind: object.kind)
            else { continue }
            let type = try await discovery.type(apiVersion: object.apiVersion, kind: object.kind)
            if !type.isNamespaced { found.insert(kind) }
        }
        return found
    }
}
