import Kubernetes

/// Which kind, whatever version of its group is spoken.
struct KindKey: Hashable, Sendable, CustomStringConvertible {
    /// Empty for the core group.
    let group: String
    let kind: String

    init(group: String, kind: String) {
        self.group = group
        self.kind = kind
    }

    init(apiVersion: String, kind: String) {
        let parts = apiVersion.split(separator: "/")
        self.init(group: parts.count == 2 ? String(parts[0]) : "", kind: kind)
    }

    var description: String { kind }

    static let deployment = KindKey(group: "apps", kind: "Deployment")
    static let replicaSet = KindKey(group: "apps", kind: "ReplicaSet")
    static let pod = KindKey(group: "", kind: "Pod")
    static let service = KindKey(group: "", kind: "Service")
    static let secret = KindKey(group: "", kind: "Secret")
    static let job = KindKey(group: "batch", kind: "Job")
    static let ingress = KindKey(group: "networking.k8s.io", kind: "Ingress")
}

/// Which object of a world's namespace.
struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    let kind: KindKey
    let name: String

    init(_ kind: KindKey, _ name: String) {
        self.kind = kind
        self.name = name
    }

    init(_ object: KubernetesObject) {
        self.init(KindKey(apiVersion: object.apiVersion, kind: object.kind), object.name)
    }

    /// `Deployment hello`
    var description: String { "\(kind) \(name)" }
}
