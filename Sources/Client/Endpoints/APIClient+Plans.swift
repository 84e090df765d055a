public import Core

extension APIClient {
    /// POST /api/v1/plans: what a deployment would do; changes nothing.
    public func plan(_ request: Wire.PlanRequest) async throws(DeploydError) -> Wire.Plan {
        try await value(json(APICall("POST", ["plans"]), request))
    }

    /// POST /api/v1/deployments: deploys with today's inputs.
    /// - Returns: one deployment for each target.
    public func deploy(_ request: Wire.DeploymentRequest) async throws(DeploydError) -> Wire.Page<Wire.Deployment> {
        try await value(json(APICall("POST", ["deployments"]), request))
    }
}
