import Core
import HTTPClient

/// How an object is to be removed.
public struct DeleteOptions: Sendable {
    /// What becomes of what belongs to it.
    public enum Propagation: String, Sendable, CaseIterable {
        /// Goes later, by the garbage collector.
        case background = "Background"
        /// Goes first.
        case foreground = "Foreground"
        /// Stays.
        case orphan = "Orphan"
    }

    public var propagation: Propagation
    /// Only the object of this identity, not one that was made anew under its name.
    public var uid: String?
    public var resourceVersion: String?
    /// Seconds; nil for the kind's own.
    public var gracePeriod: Int?
    public var dryRun: Bool

    public init(
        propagation: Propagation = .background, uid: String? = nil, resourceVersion: String? = nil,
        gracePeriod: Int? = nil, dryRun: Bool = false
    ) {
        self.propagation = propagation
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.gracePeriod = gracePeriod
        self.dryRun = dryRun
    }

    var body: JSONValue {
        var members: [String: JSONValue] = [
            "apiVersion": "v1", "kind": "DeleteOptions",
            "propagationPolicy": .string(propagation.rawValue),
        ]
        var preconditions: [String: JSONValue] = [:]
        preconditions["uid"] = uid.map(JSONValue.string)
        preconditions["resourceVersion"] = resourceVersion.map(JSONValue.string)
        if !preconditions.isEmpty { members["preconditions"] = .object(preconditions) }
        members["gracePeriodSeconds"] = gracePeriod.map { .integer(Int64($0)) }
        if dryRun { members["dryRun"] = ["All"] }
        return .object(members)
    }
}

/// What came of a removal.
public enum Deletion: Sendable, Equatable {
    case removed
    /// There was none.
    case wasAbsent
    /// It is on its way: finalizers or its grace period keep it for now.
    case underWay(KubernetesObject)
}

extension KubernetesClient {
    /// `DELETE …/NAME`.
    /// - Throws: `DeploydError`; `preconditionFailed` when the object is another one than asked for.
    public func delete(
        _ type: ResourceType, namespace: String? = nil, name: String,
        _ options: DeleteOptions = DeleteOptions()
    ) async throws -> Deletion {
        let namespace = namespace ?? self.namespace
        var request = APIRequest(
            "DELETE", try type.path(namespace: namespace, name: name),
            RequestSubject("delete", type, namespace: namespace, name: name))
        request.contentType = "application/json"
        request.body = options.body.bytes
        do {
            let response = try await transport.send(request)
            let json = try APIAnswer.json(response.body, request, self.name)
            guard json["kind"]?.string != "Status", let object = KubernetesObject(json),
                object.deletionTimestamp != nil
            else { return .removed }
            return .underWay(object)
        } catch let error as DeploydError where error.apiStatus?.isNotFound == true {
            return .wasAbsent
        }
    }

    /// The same for an object whose kind is looked up.
    public func delete(_ reference: ObjectReference, _ options: DeleteOptions = DeleteOptions())
        async throws
        -> Deletion
    {
        let type = try await discovery.type(apiVersion: reference.apiVersion, kind: reference.kind)
        return try await delete(type, namespace: reference.namespace, name: reference.name, options)
    }
}
