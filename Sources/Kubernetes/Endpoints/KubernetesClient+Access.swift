import Core
import HTTPClient

/// Something that one may be allowed to do.
public struct AccessQuestion: Sendable, Hashable {
    /// get, list, watch, create, patch, update, delete
    public let verb: String
    public let group: String
    /// The plural.
    public let resource: String
    public let subresource: String?
    /// Nil for all namespaces.
    public let namespace: String?
    public let name: String?

    public init(
        verb: String, group: String = "", resource: String, subresource: String? = nil,
        namespace: String? = nil,
        name: String? = nil
    ) {
        self.verb = verb
        self.group = group
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
    }
}

/// Whether, and why.
public struct AccessAnswer: Sendable, Hashable {
    public let isAllowed: Bool
    public let reason: String
}

extension KubernetesClient {
    /// Whether deployd may do something: `POST …/selfsubjectaccessreviews`.
    public func mayI(_ question: AccessQuestion) async throws -> AccessAnswer {
        var attributes: [String: JSONValue] = [
            "verb": .string(question.verb), "group": .string(question.group),
            "resource": .string(question.resource),
        ]
        attributes["subresource"] = question.subresource.map(JSONValue.string)
        attributes["namespace"] = question.namespace.map(JSONValue.string)
        attributes["name"] = question.name.map(JSONValue.string)
        let review: JSONValue = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": ["resourceAttributes": .object(attributes)],
        ]
        var request = APIRequest(
            "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", RequestSubject("create"))
        request.contentType = "application/json"
        request.body = review.bytes
        // Nothing is kept of a review, so asking twice is asking once.
        let response = try await transport.send(request)
        let status = try APIAnswer.json(response.body, request, name)["status"]
        return AccessAnswer(
            isAllowed: status?["allowed"]?.bool ?? false, reason: status?["reason"]?.string ?? "")
    }
}
