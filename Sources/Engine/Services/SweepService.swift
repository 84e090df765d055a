import Model

/// Comparing a repository's refs now, because somebody says so.
public struct SweepService: Sendable {
    private let sweep: RepositorySweep

    public init(context: EngineContext, deliveries: DeliveryService) {
        sweep = RepositorySweep(context: context, deliveries: deliveries)
    }

    /// - Parameter id: the repository's.
    /// - Throws: `.notFound`; what stands against asking the repository's server.
    public func sweep(_ id: String) async throws -> SweepOutcome { try await sweep.run(id) }
}
