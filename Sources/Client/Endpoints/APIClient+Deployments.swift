public import Core
import HTTPClient

extension APIClient {
    /// GET /api/v1/deployments, newest first
    public func deployments(
        application: String? = nil, environment: String? = nil, target: String? = nil,
        status: Wire.Deployment.Status? = nil, selector: String? = nil, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Deployment> {
        let filter = [
            ("application", application), ("environment", environment), ("target", target),
            ("status", status?.rawValue), ("selector", selector),
        ]
        return try await value(list(["deployments"], filter: filter, after, limit))
    }

    /// GET /api/v1/deployments/{id}
    public func deployment(_ id: String) async throws(DeploydError) -> Wire.Deployment {
        try await value(APICall("GET", ["deployments", id]))
    }

    /// POST /api/v1/deployments/{id}/retry
    /// - Returns: the new deployment.
    public func retryDeployment(_ id: String) async throws(DeploydError) -> Wire.Deployment {
        try await value(APICall("POST", ["deployments", id, "retry"]))
    }

    /// POST /api/v1/deployments/{id}/cancel
    public func cancelDeployment(_ id: String) async throws(DeploydError) -> Wire.Deployment {
        try await value(APICall("POST", ["deployments", id, "cancel"]))
    }

    /// GET /api/v1/deployments/{id}/log: what the deployment has printed so far.
    public func deploymentLog(_ id: String) async throws(DeploydError) -> [UInt8] {
        try await send(APICall("GET", ["deployments", id, "log"])).body
    }

    /// GET /api/v1/deployments/{id}/log?follow=true: until the deployment ends.
    public func followDeploymentLog(
        _ id: String, _ receive: ([UInt8]) throws -> Void
    ) async throws {
        try await follow(["deployments", id, "log"], from: 0, receive)
    }

    /// GET /api/v1/applications/{application}/targets/{target}/log: what the service printed last.
    /// - Parameter replica: from 1.
    public func serviceLog(
        _ application: String, target: String, replica: Int = 1
    ) async throws(DeploydError) -> [UInt8] {
        let query: [(String, String?)] = [("replica", replica == 1 ? nil : "\(replica)")]
        return try await send(
            APICall("GET", ["applications", application, "targets", target, "log"], query: query)
        ).body
    }

    /// GET /api/v1/applications/{application}/targets/{target}/log?follow=true: until the caller stops it.
    public func followServiceLog(
        _ application: String, target: String, replica: Int = 1, _ receive: ([UInt8]) throws -> Void
    ) async throws {
        try await follow(
            ["applications", application, "targets", target, "log"],
            query: [("replica", replica == 1 ? nil : "\(replica)")], from: nil, receive)
    }
}
