public import Core

/// That a version's `beforeDeploy` was run on an instance and succeeded: it is not run there again, whatever is deployed
/// meanwhile.
public struct BeforeDeployRun: Sendable, Equatable {
    public let instance: InstanceID
    public let version: String
    /// Of which it was a step.
    public let deployment: String
    public let endedAt: Timestamp

    public init(instance: InstanceID, version: String, deployment: String, endedAt: Timestamp) {
        self.instance = instance
        self.version = version
        self.deployment = deployment
        self.endedAt = endedAt
    }
}
