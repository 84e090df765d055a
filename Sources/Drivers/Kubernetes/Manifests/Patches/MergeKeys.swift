/// Which lists a strategic merge patch merges, and by which member of their elements, for the kinds that deployd makes:
/// `patchMergeKey` in the Kubernetes API (k8s.io/api, types.go). Other lists are replaced as a whole.
struct MergeKeys {
    enum Rule: Equatable {
        /// Elements with an equal value of this member are one.
        case byMember(String)
        /// A set of plain values.
        case union
        case replace
    }

    private let lists: [String: Rule]

    init(kind: String) {
        var lists = MergeKeys.metadata("metadata")
        switch kind {
        case "Deployment", "Job":
            lists.merge(MergeKeys.metadata("spec.template.metadata")) { _, last in last }
            lists.merge(MergeKeys.pod("spec.template.spec")) { _, last in last }
        case "Service": lists["spec.ports"] = .byMember("port")
        default: break
        }
        self.lists = lists
    }

    /// - Parameter path: keys from the object's root; elements of lists add nothing.
    func rule(_ path: [String]) -> Rule { lists[path.joined(separator: ".")] ?? .replace }

    private static func metadata(_ path: String) -> [String: Rule] {
        ["\(path).finalizers": .union, "\(path).ownerReferences": .byMember("uid")]
    }

    private static func pod(_ path: String) -> [String: Rule] {
        let members = [
            "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "volumes": "name",
            "imagePullSecrets": "name", "hostAliases": "ip", "topologySpreadConstraints": "topologyKey",
            "schedulingGates": "name", "resourceClaims": "name",
        ]
        let ofContainers = [
            "env": "name", "ports": "containerPort", "volumeMounts": "mountPath", "volumeDevices": "devicePath",
        ]
        var lists: [String: Rule] = [:]
        for (list, member) in members {
            lists["\(path).\(list)"] = .byMember(member)
            guard list.hasSuffix("ontainers") else { continue }
            for (inner, member) in ofContainers { lists["\(path).\(list).\(inner)"] = .byMember(member) }
        }
        return lists
    }
}
