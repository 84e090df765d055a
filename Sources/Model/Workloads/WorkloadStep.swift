/// One step that a deploy driver performs.
public struct WorkloadStep: Sendable, Hashable {
    /// Unique within a deployment; shown to people.
    public let name: String
    public let kind: DeploymentStep.Kind
    /// Once it is done, the version counts as deployed.
    public let isCommit: Bool
    /// Whether a newer version may break it off, since `abandon` leaves what was there before.
    public let isInterruptible: Bool

    public init(name: String, kind: DeploymentStep.Kind, isCommit: Bool = false, isInterruptible: Bool = false) {
        self.name = name
        self.kind = kind
        self.isCommit = isCommit
        self.isInterruptible = isInterruptible
    }
}
