public import Model

/// What became of setting an environment's version.
public struct ChangedVersion: Sendable {
    public let version: EnvironmentVersion
    /// The deployments that were made, are under way for the version, or have ended with it.
    public let deployments: [Deployment]
}
