public import Core

/// An object of the API, of whatever kind: its JSON, and what all kinds have in common.
public struct KubernetesObject: Sendable, Hashable {
    public private(set) var json: JSONValue
    public let apiVersion: String
    public let kind: String

    /// - Returns: nil when it names no `apiVersion` and `kind`.
    public init?(_ json: JSONValue) {
        guard let apiVersion = json["apiVersion"]?.string, let kind = json["kind"]?.string,
            !apiVersion.isEmpty,
            !kind.isEmpty
        else { return nil }
        self.json = json
        self.apiVersion = apiVersion
        self.kind = kind
    }

    /// An element of a list, which leaves out what the list has said.
    /// - Returns: nil when it is no object of JSON.
    init?(element json: JSONValue, of type: ResourceType) {
        guard case .object(var members) = json else { return nil }
        if members["apiVersion"] == nil { members["apiVersion"] = .string(type.apiVersion) }
        if members["kind"] == nil { members["kind"] = .string(type.kind) }
        self.init(.object(members))
    }

    /// The value that these keys lead to, one after the other.
    public subscript(path: String...) -> JSONValue? { value(at: path) }

    public func value(at path: [String]) -> JSONValue? {
        path.reduce(Optional(json)) { $0?[$1] }
    }

    /// Sets, or with nil removes, the value that these keys lead to. What is missing on the way is made.
    public mutating func set(_ path: [String], _ value: JSONValue?) {
        json = json.setting(path[...], value)
    }
}

extension KubernetesObject {
    /// Empty for what has none yet (`generateName`).
    public var name: String { self["metadata", "name"]?.string ?? "" }
    /// Nil for objects of the whole cluster, and where the client's is meant.
    public var namespace: String? { self["metadata", "namespace"]?.string }
    public var uid: String? { self["metadata", "uid"]?.string }
    public var resourceVersion: String? { self["metadata", "resourceVersion"]?.string }
    /// Counts changes of what is asked for, not of what is observed.
    public var generation: Int64? { self["metadata", "generation"]?.integer }
    public var labels: [String: String] { texts("labels") }
    public var annotations: [String: String] { texts("annotations") }
    public var created: Timestamp? {
        self["metadata", "creationTimestamp"]?.string.flatMap(Timestamp.init(rfc3339:))
    }
    /// Set: it is on its way out, and finalizers or its grace period keep it.
    public var deletionTimestamp: Timestamp? {
        self["metadata", "deletionTimestamp"]?.string.flatMap(Timestamp.init(rfc3339:))
    }
    public var owners: [ObjectOwner] {
        (self["metadata", "ownerReferences"]?.array ?? []).compactMap(ObjectOwner.init)
    }

    public var reference: ObjectReference {
        ObjectReference(apiVersion: apiVersion, kind: kind, namespace: namespace, name: name)
    }

    /// Without who manages which field, which is half of many objects.
    public var withoutManagedFields: KubernetesObject {
        var object = self
        object.set(["metadata", "managedFields"], nil)
        return object
    }

    private func texts(_ key: String) -> [String: String] {
        (self["metadata", key]?.object ?? [:]).compactMapValues(\.string)
    }
}

extension JSONValue {
    fileprivate func setting(_ path: ArraySlice<String>, _ value: JSONValue?) -> JSONValue {
        guard let key = path.first else { return value ?? self }
        var members = object ?? [:]
        if path.count == 1 {
            members[key] = value
        } else if value != nil || members[key] != nil {
            members[key] = (members[key] ?? .object([:])).setting(path.dropFirst(), value)
        }
        return .object(members)
    }
}
