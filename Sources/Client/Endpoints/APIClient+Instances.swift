public import Core

/// Which instances are asked for; nil: all.
public struct InstanceQuery: Sendable {
    public var application: String?
    public var environment: String?
    public var target: String?
    public var world: String?
    /// Only those with these labels, e.g. `team=shop,tier!=dev`.
    public var selector: String?

    public init(
        application: String? = nil, environment: String? = nil, target: String? = nil, world: String? = nil,
        selector: String? = nil
    ) {
        self.application = application
        self.environment = environment
        self.target = target
        self.world = world
        self.selector = selector
    }
}

extension APIClient {
    /// GET /api/v1/instances
    public func instances(
        _ query: InstanceQuery = InstanceQuery(), after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Instance> {
        let filter = [
            ("application", query.application), ("environment", query.environment), ("target", query.target),
            ("world", query.world), ("selector", query.selector),
        ]
        return try await value(list(["instances"], filter: filter, after, limit))
    }

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
