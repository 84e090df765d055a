/// What decides which steps a deployment of a workload has.
public struct WorkloadShape: Sendable, Equatable {
    public let hasBuild: Bool
    public let hasBeforeDeploy: Bool
    public let hasEntrypoints: Bool
    /// Whether something of the instance runs already.
    public let hasPrevious: Bool
    public let strategy: UpdateStrategy

    public init(
        hasBuild: Bool, hasBeforeDeploy: Bool, hasEntrypoints: Bool, hasPrevious: Bool,
        strategy: UpdateStrategy = .rolling
    ) {
        self.hasBuild = hasBuild
        self.hasBeforeDeploy = hasBeforeDeploy
        self.hasEntrypoints = hasEntrypoints
        self.hasPrevious = hasPrevious
        self.strategy = strategy
    }
}
