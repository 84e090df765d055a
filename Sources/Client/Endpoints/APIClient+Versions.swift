public import Core

extension APIClient {
    /// GET /api/v1/applications/{application}/environments/{environment}/version
    public func version(
        _ application: String, environment: String
    ) async throws(DeploydError) -> Wire.EnvironmentVersion {
        try await value(environmentCall("GET", application, environment, "version"))
    }

    /// PUT /api/v1/applications/{application}/environments/{environment}/version
    /// - Parameter revision: change only this one: `.preconditionFailed` when it is another by now.
    public func setVersion(
        _ version: String, of application: String, environment: String, ifRevision revision: Int64? = nil
    ) async throws(DeploydError) -> Wire.EnvironmentVersion {
        let call = environmentCall("PUT", application, environment, "version")
            .with(header: "If-Match", revision.map { "\"\($0)\"" })
        return try await value(try json(call, Wire.VersionChange(desired: version)))
    }

    /// POST /api/v1/applications/{application}/environments/{environment}/promote
    public func promote(
        _ application: String, from environment: String, to destination: String? = nil, version: String? = nil
    ) async throws(DeploydError) -> Wire.EnvironmentVersion {
        let call = environmentCall("POST", application, environment, "promote")
        return try await value(try json(call, Wire.PromotionRequest(to: destination, version: version)))
    }

    /// POST /api/v1/applications/{application}/environments/{environment}/rollback
    public func rollback(
        _ application: String, environment: String, to version: String? = nil
    ) async throws(DeploydError) -> Wire.EnvironmentVersion {
        let call = environmentCall("POST", application, environment, "rollback")
        return try await value(try json(call, Wire.Rollback(version: version)))
    }

    /// PUT /api/v1/applications/{application}/environments/{environment}/hold
    public func setHold(
        _ application: String, environment: String, reason: String
    ) async throws(DeploydError) -> Wire.EnvironmentVersion {
        let call = environmentCall("PUT", application, environment, "hold")
        return try await value(try json(call, Wire.HoldRequest(reason: reason)))
    }

    /// DELETE /api/v1/applications/{application}/environments/{environment}/hold
    public func releaseHold(_ application: String, environment: String) async throws(DeploydError) {
        _ = try await send(environmentCall("DELETE", application, environment, "hold"))
    }

    /// PUT /api/v1/applications/{application}/targets/{target}/version/deployed
    public func report(
        _ deployed: String, health: Wire.Health? = nil, of application: String, target: String
    ) async throws(DeploydError) -> Wire.TargetVersion {
        let call = APICall("PUT", ["applications", application, "targets", target, "version", "deployed"])
        return try await value(try json(call, Wire.DeployedReport(deployed: deployed, health: health)))
    }

    private func environmentCall(
        _ method: String, _ application: String, _ environment: String, _ what: String
    ) -> APICall {
        APICall(method, ["applications", application, "environments", environment, what])
    }

    func json(_ call: APICall, _ body: some Encodable) throws(DeploydError) -> APICall {
        do { return try call.with(body: body) } catch {
            throw DeploydError(.internal, "the request's body could not be written", cause: error)
        }
    }
}
