public import Core

/// A code repository whose webhooks are accepted.
public struct CodeRepository: Sendable, Equatable {
    /// What came of comparing its refs with what was seen of them.
    public struct Sweep: Sendable, Equatable {
        /// When all of them were last compared; nil before the first time.
        public var at: Timestamp?
        /// Why they could not be since; nil when they could.
        public var problem: String?

        public init(at: Timestamp? = nil, problem: String? = nil) {
            self.at = at
            self.problem = problem
        }
    }

    public let id: String
    /// The provider's full name, e.g. `acme/hello`; a delivery is matched by it. Unique.
    public let name: String
    /// Where deployd fetches, whatever a delivery says.
    public let url: String
    /// `github`, `gitlab`, …
    public let provider: String
    public let defaultBranch: String
    public let createdAt: Timestamp
    public var sweep: Sweep

    public init(
        id: String, name: String, url: String, provider: String, defaultBranch: String, createdAt: Timestamp,
        sweep: Sweep = Sweep()
    ) {
        self.id = id
        self.name = name
        self.url = url
        self.provider = provider
        self.defaultBranch = defaultBranch
        self.createdAt = createdAt
        self.sweep = sweep
    }
}

/// What authenticates a repository's deliveries and deployd's own fetches. Sealed at rest.
public struct RepositorySecrets: Sendable, Equatable {
    public var webhookSecret: Secret?
    public var username: String?
    public var password: Secret?

    public init(webhookSecret: Secret? = nil, username: String? = nil, password: Secret? = nil) {
        self.webhookSecret = webhookSecret
        self.username = username
        self.password = password
    }
}
