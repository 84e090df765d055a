/// What one document of a world file declares.
public enum WorldDocument: Sendable, Equatable {
    /// A world and the targets that it is.
    case world(World, targets: [TargetDeclaration])
    /// An environment and the targets that are tracked only.
    case environment(Environment, tracked: [TrackedTarget])
    case environmentSet(EnvironmentSet)

    /// A target of a world as it is written.
    public struct TargetDeclaration: Sendable, Equatable {
        /// Nil: derived from the world's name and the environment's.
        public let name: String?
        public let environment: String
        public let labels: [String: String]

        public init(name: String? = nil, environment: String, labels: [String: String] = [:]) {
            self.name = name
            self.environment = environment
            self.labels = labels
        }
    }

    /// A target of an environment that others deploy to.
    public struct TrackedTarget: Sendable, Equatable {
        public let name: String
        public let labels: [String: String]

        public init(name: String, labels: [String: String] = [:]) {
            self.name = name
            self.labels = labels
        }
    }
}
