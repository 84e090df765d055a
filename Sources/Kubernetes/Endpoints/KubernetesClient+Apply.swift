import Core
import HTTPClient

/// How an object is to be applied.
public struct ApplyOptions: Sendable {
    public var fieldManager: String
    /// Take over fields that others manage, instead of a conflict.
    public var force: Bool
    /// Only say what would come of it.
    public var dryRun: Bool
    /// `status` …
    public var subresource: String?

    public init(
        fieldManager: String = KubernetesClient.fieldManager, force: Bool = false, dryRun: Bool = false,
        subresource: String? = nil
    ) {
        self.fieldManager = fieldManager
        self.force = force
        self.dryRun = dryRun
        self.subresource = subresource
    }
}

/// What came of it.
public struct AppliedObject: Sendable {
    /// As the server has it now, or would have.
    public let object: KubernetesObject
    /// It was not there before.
    public let isNew: Bool
    /// What the server says besides: a version that goes, a field that does nothing.
    public let warnings: [String]
}

extension KubernetesClient {
    /// Server-side apply: `PATCH …/NAME?fieldManager=deployd` with what the object should be.
    ///
    /// https://kubernetes.io/docs/reference/using-api/server-side-apply/
    /// - Parameter object: without a namespace it goes to the client's.
    /// - Throws: `DeploydError`: `conflict` where others manage what would change (`apiStatus?.fieldConflicts`),
    ///   `invalid`, `forbidden`, `notFound` (its namespace or kind) …
    public func apply(_ object: KubernetesObject, _ options: ApplyOptions = ApplyOptions())
        async throws
        -> AppliedObject
    {
        let type = try await discovery.type(apiVersion: object.apiVersion, kind: object.kind)
        let namespace = try place(of: object, type)
        var sent = object.withoutManagedFields
        if type.isNamespaced { sent.set(["metadata", "namespace"], .string(namespace)) }
        let subject = RequestSubject("patch", type, namespace: namespace, name: object.name)
        let path = try type.path(
            namespace: namespace, name: object.name, subresource: options.subresource)
        var request = APIRequest("PATCH", path, subject)
        request.query = [("fieldManager", options.fieldManager), ("fieldValidation", "Strict")]
        if options.force { request.query.append(("force", "true")) }
        if options.dryRun { request.query.append(("dryRun", "All")) }
        // JSON is YAML; servers take no other type for it.
        request.contentType = "application/apply-patch+yaml"
        request.body = sent.json.bytes
        request.retriesStale = true
        do {
            let response = try await transport.send(request)
            return AppliedObject(
                object: try self.object(response, request), isNew: response.status == 201,
                warnings: Warnings.texts(response.headers))
        } catch let error as DeploydError where error.apiStatus?.lacksResource == true {
            // Its definition is gone; the next time is to find that out.
            await discovery.forget(apiVersion: object.apiVersion)
            throw error
        }
    }

    /// The namespace that an object goes to; empty for one of the whole cluster.
    func place(of object: KubernetesObject, _ type: ResourceType) throws(DeploydError) -> String {
        guard !object.name.isEmpty else {
            throw DeploydError(.invalid, "a \(object.kind) has no metadata.name")
        }
        guard type.isNamespaced else {
            guard object.namespace == nil else {
                throw DeploydError(
                    .invalid,
                    "\(object.kind) \(object.name) is of the whole cluster: leave metadata.namespace out")
            }
            return ""
        }
        return object.namespace ?? namespace
    }
}

extension APIStatus {
    /// Not the object, but its kind is unknown to the server.
    var lacksResource: Bool { code == 404 && (name ?? "").isEmpty }
}

enum Warnings {
    /// The texts of `Warning: 299 - "text"` headers (RFC 7234 §5.5).
    static func texts(_ headers: [(String, String)]) -> [String] {
        headers.filter { $0.0.lowercased() == "warning" }.prefix(20).compactMap { _, value in
            guard let start = value.firstIndex(of: "\""), let end = value.lastIndex(of: "\""), start < end
            else {
                return nil
            }
            var text = ""
            var isEscaped = false
            for character in value[value.index(after: start)..<end] {
                if character == "\\", !isEscaped {
                    isEscaped = true
                } else {
                    text.append(character)
                    isEscaped = false
                }
            }
            return text
        }
    }
}
