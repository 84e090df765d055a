/// What one document of a world file declares.
public enum WorldDocument: Sendable, Equatable {
    /// A world and the targets that it is; what it refers to is not read yet.
    case world(World, targets: [TargetDeclaration], texts: WorldTexts = WorldTexts())
    /// An environment and the targets that its own document gives it.
    case environment(Environment, targets: [EnvironmentTarget])
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

    /// A target of an environment as it is written there.
    public struct EnvironmentTarget: Sendable, Equatable {
        public let name: String
        /// Nil: tracked only; others deploy there and report.
        public let world: String?
        public let labels: [String: String]

        public init(name: String, world: String? = nil, labels: [String: String] = [:]) {
            self.name = name
            self.world = world
            self.labels = labels
        }
    }
}
