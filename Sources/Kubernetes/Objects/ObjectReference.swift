/// Which object: what identifies it within a cluster, as long as it is not made anew.
public struct ObjectReference: Sendable, Hashable, CustomStringConvertible {
    public let apiVersion: String
    public let kind: String
    /// Nil for objects of the whole cluster.
    public let namespace: String?
    public let name: String

    public init(apiVersion: String, kind: String, namespace: String?, name: String) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// `Deployment prod/web`
    public var description: String { "\(kind) \(namespace.map { "\($0)/" } ?? "")\(name)" }
}
