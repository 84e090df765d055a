extension Wire {
    public struct Environment: Codable, Sendable, Equatable {
        public struct Target: Codable, Sendable, Equatable {
            public var name: String
            /// null: tracked only; others deploy and report.
            public var world: String?
            /// Its own; selectors also see those of its world and environment.
            public var labels: [String: String]
            /// null in what applications name.
            public var origin: Origin?

            public init(name: String, world: String?, labels: [String: String] = [:], origin: Origin? = nil) {
                self.name = name
                self.world = world
                self.labels = labels
                self.origin = origin
            }
        }

        public var name: String
        public var description: String
        public var labels: [String: String]
        public var targets: [Target]
        /// null in what applications name.
        public var origin: Origin?

        public init(
            name: String, description: String = "", labels: [String: String] = [:], targets: [Target] = [],
            origin: Origin? = nil
        ) {
            self.origin = origin
            self.name = name
            self.description = description
            self.labels = labels
            self.targets = targets
        }
    }

    /// Environments in promotion order.
    public struct EnvironmentSet: Codable, Sendable, Equatable {
        public var name: String
        public var environments: [String]
        public var labels: [String: String]
        public var origin: Origin?

        public init(name: String, environments: [String], labels: [String: String] = [:], origin: Origin? = nil) {
            self.origin = origin
            self.name = name
            self.environments = environments
            self.labels = labels
        }
    }
}
