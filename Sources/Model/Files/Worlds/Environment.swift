/// Who a version is for.
public struct Environment: Sendable, Equatable {
    public var name: String
    public var description: String
    public var labels: [String: String]
    /// By name.
    public var targets: [Target]

    public init(name: String, description: String = "", labels: [String: String] = [:], targets: [Target] = []) {
        self.name = name
        self.description = description
        self.labels = labels
        self.targets = targets
    }
}
