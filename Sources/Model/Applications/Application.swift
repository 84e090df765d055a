public import Core

/// A service that has versions, known by its name on the whole server.
public struct Application: Sendable, Equatable {
    /// Who declares an application: the first (repository, path) that did. Nobody else may.
    public struct Owner: Sendable, Hashable, CustomStringConvertible {
        /// The code repository's name, e.g. `acme/hello`.
        public let repository: String
        /// The folder of its `deployd.yaml` within the repository; empty for the root.
        public let path: String

        public init(repository: String, path: String = "") {
            self.repository = repository
            self.path = path
        }

        public var description: String { path.isEmpty ? repository : "\(repository) (\(path))" }
    }

    /// What decides where versions go. Read from the default branch's head only, so that no branch can choose.
    public struct Settings: Sendable, Equatable {
        public var environmentSets: [String]
        public var environments: [String]
        /// nil: a push to the default branch sets the version of the first environment.
        public var triggers: [Trigger]?
        /// Targets of its own, which no other application of their environments gets.
        public var targets: [Target]

        public init(
            environmentSets: [String], environments: [String], triggers: [Trigger]? = nil, targets: [Target] = []
        ) {
            self.environmentSets = environmentSets
            self.environments = environments
            self.triggers = triggers
            self.targets = targets
        }
    }

    public let name: String
    public var description: String
    public var url: String?
    public var labels: [String: String]
    /// nil until a registered repository declares it: made by the API or by a filesystem push.
    public var owner: Owner?
    public var settings: Settings
    /// Why its repository no longer declares it: what it has goes on running and gets no new version. nil: it does, or
    /// nobody ever did.
    public var detachment: String?
    public let createdAt: Timestamp

    public init(
        name: String, description: String = "", url: String? = nil, labels: [String: String] = [:],
        owner: Owner? = nil, settings: Settings, detachment: String? = nil, createdAt: Timestamp
    ) {
        self.name = name
        self.description = description
        self.url = url
        self.labels = labels
        self.owner = owner
        self.settings = settings
        self.detachment = detachment
        self.createdAt = createdAt
    }
}
