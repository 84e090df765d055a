public import Core
import HTTPClient

/// A change of an object, in one of the forms that the API takes.
public enum ObjectPatch: Sendable {
    /// Lists are merged by the keys that their type has; not for custom resources.
    case strategic(JSONValue)
    /// RFC 7396.
    case merge(JSONValue)
    /// RFC 6902.
    case json(JSONValue)

    var contentType: String {
        switch self {
        case .strategic: "application/strategic-merge-patch+json"
        case .merge: "application/merge-patch+json"
        case .json: "application/json-patch+json"
        }
    }

    var body: JSONValue {
        switch self {
        case .strategic(let value), .merge(let value), .json(let value): value
        }
    }

    /// Adding to a list twice is not adding once.
    var repetition: APIRequest.Repetition {
        if case .json = self { .whenNothingWasDone } else { .always }
    }
}

extension KubernetesClient {
    /// Makes an object that is not there yet: `POST`.
    /// - Throws: `DeploydError`; `conflict` when it exists (`apiStatus?.alreadyExists`).
    public func create(_ object: KubernetesObject, dryRun: Bool = false) async throws
        -> KubernetesObject
    {
        let type = try await discovery.type(apiVersion: object.apiVersion, kind: object.kind)
        let hasName = !object.name.isEmpty
        let namespace = hasName ? try place(of: object, type) : object.namespace ?? self.namespace
        var request = APIRequest(
            "POST", try type.path(namespace: type.isNamespaced ? namespace : nil),
            RequestSubject("create", type, namespace: namespace, name: hasName ? object.name : nil))
        request.query = [
            ("fieldManager", KubernetesClient.fieldManager), ("fieldValidation", "Strict"),
        ]
        if dryRun { request.query.append(("dryRun", "All")) }
        request.contentType = "application/json"
        request.body = object.json.bytes
        request.repetition = .whenNothingWasDone
        return try self.object(try await transport.send(request), request)
    }

    /// Changes an object: `PATCH …/NAME`.
    public func patch(
        _ type: ResourceType, namespace: String? = nil, name: String, _ patch: ObjectPatch,
        subresource: String? = nil, dryRun: Bool = false
    ) async throws -> KubernetesObject {
        let namespace = namespace ?? self.namespace
        var request = APIRequest(
            "PATCH", try type.path(namespace: namespace, name: name, subresource: subresource),
            RequestSubject("patch", type, namespace: namespace, name: name, subresource: subresource))
        request.query = [
            ("fieldManager", KubernetesClient.fieldManager), ("fieldValidation", "Strict"),
        ]
        if dryRun { request.query.append(("dryRun", "All")) }
        request.contentType = patch.contentType
        request.body = patch.body.bytes
        request.repetition = patch.repetition
        request.retriesStale = patch.repetition == .always
        return try object(try await transport.send(request), request)
    }
}
