public import Core

extension Wire {
    /// POST of another name.
    public struct Renaming: Codable, Sendable, Equatable {
        public var name: String

        public init(name: String) { self.name = name }
    }

    public struct Application: Codable, Sendable, Equatable {
        /// The (repository, path) whose pushes declare it.
        public struct Owner: Codable, Sendable, Equatable {
            public var repository: String
            public var path: String

            public init(repository: String, path: String) {
                self.repository = repository
                self.path = path
            }
        }

        public var name: String
        public var description: String
        public var url: String
        public var labels: [String: String]
        public var owner: Owner?
        public var environmentSets: [String]
        public var environments: [Environment]
        /// By the target's name.
        public var targets: [String: Instance]
        /// By the environment's name.
        public var holds: [String: Hold]
        /// By the version that may not be deployed any more.
        public var rejections: [String: Rejection]
        /// Why its repository no longer declares it, so that it gets no new version; null: it does, or nobody ever did.
        public var detachedReason: String?
        public var createdAt: Timestamp

        public init(
            name: String, description: String, url: String, labels: [String: String], owner: Owner?,
            environmentSets: [String], environments: [Environment], targets: [String: Instance],
            holds: [String: Hold], rejections: [String: Rejection] = [:], detachedReason: String? = nil,
            createdAt: Timestamp
        ) {
            self.name = name
            self.description = description
            self.url = url
            self.labels = labels
            self.owner = owner
            self.environmentSets = environmentSets
            self.environments = environments
            self.targets = targets
            self.holds = holds
            self.rejections = rejections
            self.detachedReason = detachedReason
            self.createdAt = createdAt
        }
    }
}
