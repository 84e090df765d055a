public import Core
import HTTPClient

extension APIClient {
    /// GET /api/v1/applications/{application}/environments/{environment}/secrets
    public func secrets(
        of application: String, environment: String, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Secret> {
        let call = APICall(
            "GET", ["applications", application, "environments", environment, "secrets"],
            query: [("after", after), ("limit", limit.map(String.init))])
        return try await value(call)
    }

    /// GET /api/v1/applications/{application}/environments/{environment}/secrets/{name}
    public func secret(
        _ name: String, of application: String, environment: String
    ) async throws(DeploydError) -> Wire.Secret {
        try await value(secretCall("GET", name, application, environment))
    }

    /// PUT /api/v1/applications/{application}/environments/{environment}/secrets/{name}
    /// - Returns: whether there was none before.
    public func setSecret(
        _ name: String, of application: String, environment: String, to value: Core.Secret
    ) async throws(DeploydError) -> Bool {
        let call = try json(
            secretCall("PUT", name, application, environment), Wire.SecretValue(value: value.reveal()))
        return try await send(call).status == 201
    }

    /// DELETE /api/v1/applications/{application}/environments/{environment}/secrets/{name}
    public func removeSecret(
        _ name: String, of application: String, environment: String
    ) async throws(DeploydError) {
        _ = try await send(secretCall("DELETE", name, application, environment))
    }

    private func secretCall(
        _ method: String, _ name: String, _ application: String, _ environment: String
    ) -> APICall {
        APICall(method, ["applications", application, "environments", environment, "secrets", name])
    }
}
