public import Core

extension APIClient {
    /// POST /api/v1/applications/{application}/targets/{target}/stop
    public func stop(_ application: String, target: String) async throws(DeploydError) -> Wire.Instance {
        try await value(APICall("POST", ["applications", application, "targets", target, "stop"]))
    }

    /// POST /api/v1/applications/{application}/targets/{target}/start
    public func start(_ application: String, target: String) async throws(DeploydError) -> Wire.Instance {
        try await value(APICall("POST", ["applications", application, "targets", target, "start"]))
    }

    /// POST /api/v1/applications/{application}/targets/{target}/restart
    public func restart(_ application: String, target: String) async throws(DeploydError) -> Wire.Instance {
        try await value(APICall("POST", ["applications", application, "targets", target, "restart"]))
    }

    /// DELETE /api/v1/applications/{application}/targets/{target}
    /// - Parameter isDryRun: only asks what would go.
    public func destroy(
        _ application: String, target: String, isDryRun: Bool = false
    ) async throws(DeploydError) -> Wire.Destruction {
        let query = isDryRun ? [("dryRun", "true")] : []
        return try await value(APICall("DELETE", ["applications", application, "targets", target], query: query))
    }
}
