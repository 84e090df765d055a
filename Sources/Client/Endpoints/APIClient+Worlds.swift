public import Core

extension APIClient {
    /// GET /api/v1/worlds
    public func worlds(
        selector: String? = nil, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.WorldList {
        try await value(list(["worlds"], filter: [("selector", selector)], after, limit))
    }

    /// GET /api/v1/worlds/{world}
    public func world(_ name: String) async throws(DeploydError) -> Wire.World {
        try await value(APICall("GET", ["worlds", name]))
    }

    /// GET /api/v1/worlds/{world}/state
    public func worldState(
        _ name: String, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.WorldState {
        try await value(list(["worlds", name, "state"], after, limit))
    }

    /// GET /api/v1/worlds/{world}/slugs
    public func slugs(
        world: String, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Slug> {
        try await value(list(["worlds", world, "slugs"], after, limit))
    }

    /// GET /api/v1/resource-repositories
    public func resourceRepositories(
        after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.ResourceRepository> {
        try await value(list(["resource-repositories"], after, limit))
    }

    /// GET /api/v1/resources
    public func resources(
        world: String? = nil, application: String? = nil, target: String? = nil, slug: String? = nil,
        status: Wire.Resource.Status? = nil, isShared: Bool? = nil, selector: String? = nil, after: String? = nil,
        limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Resource> {
        let filter = [
            ("world", world), ("application", application), ("target", target), ("slug", slug),
            ("status", status?.rawValue), ("shared", isShared.map { "\($0)" }), ("selector", selector),
        ]
        return try await value(list(["resources"], filter: filter, after, limit))
    }

    /// POST /api/v1/resources/{id}/recreate
    public func recreateResource(_ id: String) async throws(DeploydError) -> Wire.Resource {
        try await value(APICall("POST", ["resources", id, "recreate"]))
    }

    /// GET /api/v1/resources/{id}
    public func resource(_ id: String) async throws(DeploydError) -> Wire.Resource {
        try await value(APICall("GET", ["resources", id]))
    }

    /// DELETE /api/v1/resources/{id}
    public func destroyResource(
        _ id: String, isDryRun: Bool = false
    ) async throws(DeploydError) -> Wire.ResourceDestruction {
        try await value(APICall("DELETE", ["resources", id], query: [("dryRun", isDryRun ? "true" : nil)]))
    }

    /// A list's call.
    func list(
        _ segments: [String], filter: [(String, String?)] = [], _ after: String?, _ limit: Int?
    ) -> APICall {
        APICall("GET", segments, query: filter + [("after", after), ("limit", limit.map(String.init))])
    }
}
