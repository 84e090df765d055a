/// Who a version is for.
public struct Environment: Sendable, Equatable {
    public var name: String
    public var description: String
    public var labels: [String: String]
    /// By name.
    public var targets: [Target]
    public var policy: EnvironmentPolicy

    public init(
        name: String, description: String = "", labels: [String: String] = [:], targets: [Target] = [],
        policy: EnvironmentPolicy = .open
    ) {
        self.name = name
        self.description = description
        self.labels = labels
        self.targets = targets
        self.policy = policy
    }
}
