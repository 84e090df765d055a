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
        /// Patterns of applications that may be deployed there; null in what applications name.
        public var applications: [String]?
        /// Patterns of code repositories that may; null in what applications name.
        public var repositories: [String]?
        /// How the version may change, besides rollbacks; null in what applications name.
        public var versions: Versions?
        /// null in what applications name.
        public var origin: Origin?

        public enum Versions: String, Codable, Sendable, CaseIterable {
            case any, promotion, trigger
        }

        public init(
            name: String, description: String = "", labels: [String: String] = [:], targets: [Target] = [],
            applications: [String]? = nil, repositories: [String]? = nil, versions: Versions? = nil,
            origin: Origin? = nil
        ) {
            self.applications = applications
            self.repositories = repositories
            self.versions = versions
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
