import Core
import HTTPClient

extension KubernetesClient {
    /// One object: `GET …/NAME`.
    /// - Returns: nil when there is none.
    public func get(_ type: ResourceType, namespace: String? = nil, name: String) async throws
        -> KubernetesObject?
    {
        let request = APIRequest(
            "GET", try type.path(namespace: namespace ?? self.namespace, name: name),
            RequestSubject("get", type, namespace: namespace ?? self.namespace, name: name))
        do {
            return try object(try await transport.send(request), request)
        } catch let error as DeploydError where error.apiStatus?.isNotFound == true {
            return nil
        }
    }

    /// One object, whose kind is looked up.
    /// - Returns: nil when there is none.
    public func get(_ reference: ObjectReference) async throws -> KubernetesObject? {
        let type = try await discovery.type(apiVersion: reference.apiVersion, kind: reference.kind)
        return try await get(type, namespace: reference.namespace, name: reference.name)
    }

    /// The server's version: `GET /version`.
    public func version() async throws -> ServerVersion {
        let request = APIRequest("GET", "/version", RequestSubject("get"))
        let json = try APIAnswer.json(try await transport.send(request).body, request, name)
        guard let version = ServerVersion(json) else {
            throw DeploydError(.unavailable, "\(name) does not say its version: is it an API server?")
        }
        return version
    }
}
