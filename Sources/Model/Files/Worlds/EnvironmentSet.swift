/// Environments in the order in which a version goes through them.
public struct EnvironmentSet: Sendable, Equatable {
    public let name: String
    public let environments: [String]
    public let labels: [String: String]

    public init(name: String, environments: [String], labels: [String: String] = [:]) {
        self.name = name
        self.environments = environments
        self.labels = labels
    }
}
