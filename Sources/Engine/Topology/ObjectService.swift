public import Model

/// What people make by the API beside the world files: worlds, environments, sets and targets.
public struct ObjectService: Sendable {
    /// What a change left.
    public struct Outcome: Sendable {
        public let isNew: Bool
        /// With the change.
        public let topology: Topology
    }

    private let topology: TopologyService

    public init(topology: TopologyService) { self.topology = topology }

    /// Makes an object, or changes it to say this.
    /// - Parameters:
    ///   - mustBeNew: whether one that exists is refused.
    ///   - isExpected: whether what there is now is what the caller means to change.
    /// - Throws: `.conflict` when a file declares it, or it exists and must be new; `.preconditionFailed`; `InvalidObject`.
    public func put(
        _ body: ObjectBody, mustBeNew: Bool, actor: String, cause: Cause?,
        ifExpected isExpected: @escaping @Sendable (Topology) -> Bool = { _ in true }
    ) async throws -> Outcome {
        let (isNew, now) = try await topology.change(by: actor, cause: cause) { draft, reader in
            try draft.expect(body.id, isExpected)
            return try draft.put(body, mustBeNew: mustBeNew, reader)
        }
        return Outcome(isNew: isNew, topology: now)
    }

    /// What ran because of it goes on running, detached.
    /// - Parameter environment: of a target.
    /// - Throws: `.notFound`; `.conflict` when a file declares it, or others need it; `.preconditionFailed`.
    public func remove(
        _ id: ObjectID, in environment: String? = nil, actor: String, cause: Cause?,
        ifExpected isExpected: @escaping @Sendable (Topology) -> Bool = { _ in true }
    ) async throws {
        _ = try await topology.change(by: actor, cause: cause) { draft, _ in
            try draft.expect(id, isExpected)
            try draft.remove(id, in: environment)
        }
    }
}
