/// A world that serves an environment, under a name that is unique on the server.
public struct Target: Sendable, Hashable {
    public let name: String
    public let environment: String
    /// Nil for a target that is tracked only: others deploy there and report.
    public let world: String?
    /// Its own, beside those of its world and environment.
    public let labels: [String: String]

    public init(name: String, environment: String, world: String?, labels: [String: String] = [:]) {
        self.name = name
        self.environment = environment
        self.world = world
        self.labels = labels
    }
}
