public import Core
import HTTPClient

extension APIClient {
    /// GET /api/v1/repositories
    public func repositories(
        after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Repository> {
        try await value(list(["repositories"], after, limit))
    }

    /// POST /api/v1/repositories
    public func addRepository(_ draft: Wire.RepositoryDraft) async throws(DeploydError) -> Wire.Repository {
        try await value(try json(APICall("POST", ["repositories"]), draft))
    }

    /// DELETE /api/v1/repositories/{id}
    public func removeRepository(_ id: String) async throws(DeploydError) {
        _ = try await send(APICall("DELETE", ["repositories", id]))
    }

    /// POST /api/v1/repositories/{id}/sweep
    public func sweepRepository(_ id: String) async throws(DeploydError) -> Wire.Sweep {
        try await value(APICall("POST", ["repositories", id, "sweep"]))
    }

    /// GET /api/v1/deliveries, newest first
    public func deliveries(
        status: Wire.Delivery.Status? = nil, repository: String? = nil, after: String? = nil, limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Delivery> {
        try await value(
            list(["deliveries"], filter: [("status", status?.rawValue), ("repository", repository)], after, limit))
    }

    /// GET /api/v1/deliveries/{id}
    public func delivery(_ id: String) async throws(DeploydError) -> Wire.Delivery {
        try await value(APICall("GET", ["deliveries", id]))
    }

    /// POST /api/v1/deliveries/{id}/redeliver
    public func redeliver(_ id: String) async throws(DeploydError) -> Wire.Delivery {
        try await value(APICall("POST", ["deliveries", id, "redeliver"]))
    }

    /// GET /api/v1/tokens
    public func tokens() async throws(DeploydError) -> Wire.Page<Wire.Token> {
        try await value(APICall("GET", ["tokens"]))
    }

    /// POST /hooks/filesystem: a working tree, as a tar archive.
    /// - Parameters:
    ///   - archive: the archive's file.
    ///   - sha256: its digest.
    ///   - application: nil: the one that the tree's `deployd.yaml` names.
    public func pushTree(
        archive: String, isGzip: Bool, sha256: [UInt8], application: String? = nil, environment: String? = nil
    ) async throws(DeploydError) -> Wire.DeliveryReceipt {
        var call = APICall(
            "POST", path: "/hooks/filesystem", query: [("application", application), ("environment", environment)])
        call.headers = [
            ("Content-Type", isGzip ? "application/x-tar+gzip" : "application/x-tar"),
            ("Content-Digest", ContentDigest.header(sha256: sha256)),
        ]
        call.timeout = .seconds(600)
        return try decode(Wire.DeliveryReceipt.self, try await send(call, body: .file(archive)).body, of: call)
    }
}
