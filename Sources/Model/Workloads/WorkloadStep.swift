/// One step that a deploy driver performs.
public struct WorkloadStep: Sendable, Hashable {
    /// Unique within a deployment; shown to people.
    public let name: String
    public let kind: DeploymentStep.Kind
    /// Once it is done, the version counts as deployed.
    public let isCommit: Bool

    public init(name: String, kind: DeploymentStep.Kind, isCommit: Bool = false) {
        self.name = name
        self.kind = kind
        self.isCommit = isCommit
    }
}
