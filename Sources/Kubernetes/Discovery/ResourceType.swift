import Core

/// A kind of object, and where the API server has it.
public struct ResourceType: Sendable, Hashable {
    /// Empty for the core group.
    public let group: String
    public let version: String
    public let kind: String
    /// `deployments`
    public let plural: String
    public let isNamespaced: Bool
    /// What can be done: get, list, watch, create, patch …
    public let verbs: Set<String>
    /// `scale`, `status` …
    public let subresources: Set<String>

    public init(
        group: String, version: String, kind: String, plural: String, isNamespaced: Bool,
        verbs: Set<String> = [],
        subresources: Set<String> = []
    ) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.isNamespaced = isNamespaced
        self.verbs = verbs
        self.subresources = subresources
    }

    /// As objects have it: `apps/v1`, `v1`.
    public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

extension ResourceType {
    /// Where the API server has all of them, or those of a namespace.
    /// - Throws: `DeploydError` `invalid` for a namespace that cannot be part of a path.
    func path(namespace: String? = nil) throws(DeploydError) -> String {
        let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        guard let namespace, isNamespaced else { return "\(root)/\(plural)" }
        return "\(root)/namespaces/\(try PathSegment.encoded(namespace))/\(plural)"
    }

    /// Where the API server has one of them.
    func path(namespace: String?, name: String, subresource: String? = nil) throws(DeploydError)
        -> String
    {
        if isNamespaced, namespace == nil {
            throw DeploydError(.invalid, "\(kind) \(name) needs a namespace")
        }
        let object = "\(try path(namespace: namespace))/\(try PathSegment.encoded(name))"
        return subresource.map { "\(object)/\($0)" } ?? object
    }

    /// Pods, whose logs are read without asking what the server has.
    public static let pod = ResourceType(
        group: "", version: "v1", kind: "Pod", plural: "pods", isNamespaced: true,
        verbs: ["get", "list", "watch"])
}
