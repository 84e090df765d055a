public import Core

extension APIClient {
    /// PUT /api/v1/applications/{application}/releases/{version}/rejected
    public func reject(
        _ version: String, of application: String, reason: String
    ) async throws(DeploydError) -> Wire.Rejection {
        let call = APICall("PUT", ["applications", application, "releases", version, "rejected"])
        return try await value(try json(call, Wire.RejectionRequest(reason: reason)))
    }

    /// DELETE /api/v1/applications/{application}/releases/{version}/rejected
    public func readmit(_ version: String, of application: String) async throws(DeploydError) {
        _ = try await send(APICall("DELETE", ["applications", application, "releases", version, "rejected"]))
    }
}
