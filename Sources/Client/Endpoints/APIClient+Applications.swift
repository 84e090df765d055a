public import Core

extension APIClient {
    /// GET /api/v1/applications
    /// - Parameter selector: only those with these labels, e.g. `team=shop,tier!=dev`.
    public func applications(
        selector: String? = nil, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Application> {
        try await value(list(["applications"], filter: [("selector", selector)], after, limit))
    }

    /// GET /api/v1/applications/{application}
    public func application(_ name: String) async throws(DeploydError) -> Wire.Application {
        try await value(APICall("GET", ["applications", name]))
    }

    /// POST /api/v1/applications/{application}/rename
    public func rename(_ application: String, to name: String) async throws(DeploydError) -> Wire.Application {
        try await value(try json(APICall("POST", ["applications", application, "rename"]), Wire.Renaming(name: name)))
    }

    /// GET /api/v1/applications/{application}/targets/{target}
    public func instance(_ application: String, target: String) async throws(DeploydError) -> Wire.Instance {
        try await value(APICall("GET", ["applications", application, "targets", target]))
    }

    /// GET /api/v1/applications/{application}/targets/{target}/version
    public func version(_ application: String, target: String) async throws(DeploydError) -> Wire.TargetVersion {
        try await value(APICall("GET", ["applications", application, "targets", target, "version"]))
    }

    /// GET /api/v1/applications/{application}/releases, newest first
    public func releases(
        _ application: String, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Release> {
        try await value(list(["applications", application, "releases"], after, limit))
    }

    /// GET /api/v1/environments
    public func environments(
        selector: String? = nil, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Environment> {
        try await value(list(["environments"], filter: [("selector", selector)], after, limit))
    }

    /// GET /api/v1/environments/{environment}
    public func environment(_ name: String) async throws(DeploydError) -> Wire.Environment {
        try await value(APICall("GET", ["environments", name]))
    }

    /// GET /api/v1/environments/{environment}/targets
    public func targets(
        environment: String, selector: String? = nil, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Environment.Target> {
        try await value(list(["environments", environment, "targets"], filter: [("selector", selector)], after, limit))
    }

    /// GET /api/v1/environment-sets
    public func environmentSets(
        selector: String? = nil, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.EnvironmentSet> {
        try await value(list(["environment-sets"], filter: [("selector", selector)], after, limit))
    }
}
