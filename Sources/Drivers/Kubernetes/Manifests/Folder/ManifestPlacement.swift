import Core
import Formats
import Kubernetes

/// Puts a service's own manifests beside what deployd makes up: into the world's namespace, with the labels of what is the
/// instance's, and in an order that works.
struct ManifestPlacement {
    private let workload: KubernetesWorkload
    private let made: [KubernetesObject]
    private let clusterScoped: Set<ClusterScoped.Kind>

    /// - Parameter made: what deployd makes up.
    init(_ workload: KubernetesWorkload, beside made: [KubernetesObject]) {
        self.workload = workload
        self.made = made
        clusterScoped = workload.clusterScoped.union(ClusterScoped.defined(by: workload.manifests.map(\.object)))
    }

    /// - Throws: `.invalid` that says where each is written that cannot be.
    func placed() throws(DeploydError) -> [KubernetesObject] {
        let manifests = workload.manifests
        let problems = duplicates(manifests) + manifests.compactMap(namespaceProblem)
        guard problems.isEmpty else { throw DeploydError(.invalid, problems.joined(separator: "\n")) }
        return manifests.map { (rank: ManifestOrder.rank($0.object), object: placed($0.object)) }.enumerated()
            .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element.object)
    }

    private func placed(_ manifest: KubernetesObject) -> KubernetesObject {
        var object = manifest
        for (key, value) in ObjectLabels.ownership(workload.identity) {
            object.set(["metadata", "labels", key], .string(value))
        }
        object.set(["metadata", "labels", "app.kubernetes.io/managed-by"], "deployd")
        if isOfNamespace(object) { object.set(["metadata", "namespace"], .string(workload.namespace)) }
        return object
    }

    private func isOfNamespace(_ object: KubernetesObject) -> Bool {
        !clusterScoped.contains(ClusterScoped.Kind(object)) && !ClusterScoped.known.contains(object.kind)
    }

    private func namespaceProblem(_ manifest: ManifestObject) -> String? {
        guard let namespace = manifest.object.namespace else { return nil }
        let place = "\(manifest.file):\(manifest.namespacePosition ?? manifest.position): metadata.namespace"
        guard isOfNamespace(manifest.object) else {
            return "\(place): \(manifest.title) is of the whole cluster: leave it out"
        }
        guard namespace != workload.namespace else { return nil }
        return
            "\(place): '\(shortened(namespace))' is another namespace than the world's, '\(workload.namespace)', which "
            + "everything of a service goes into: leave it out"
    }

    private func duplicates(_ manifests: [ManifestObject]) -> [String] {
        var first: [String: ManifestObject] = [:]
        return manifests.compactMap { manifest in
            let key = ManifestPlacement.key(manifest.object)
            if made.contains(where: { ManifestPlacement.key($0) == key }) {
                return
                    "\(manifest.origin): deployd makes \(manifest.title) itself: change it by deploy.kubernetes.patches, "
                    + "or give this one another name"
            }
            if let other = first[key] { return "\(manifest.origin): \(manifest.title) is in \(other.origin) already" }
            first[key] = manifest
            return nil
        }
    }

    /// Of an object whatever the version it is written in.
    private static func key(_ object: KubernetesObject) -> String {
        "\(ClusterScoped.Kind(object).group)/\(object.kind)/\(object.name)"
    }
}
