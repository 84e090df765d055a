public import Core

/// A code repository whose webhooks are accepted.
public struct CodeRepository: Sendable, Equatable {
    public let id: String
    /// The provider's full name, e.g. `acme/hello`; a delivery is matched by it. Unique.
    public let name: String
    /// Where deployd fetches, whatever a delivery says.
    public let url: String
    /// `github`, `gitlab`, …
    public let provider: String
    public let defaultBranch: String
    public let createdAt: Timestamp

    public init(
        id: String, name: String, url: String, provider: String, defaultBranch: String, createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.url = url
        self.provider = provider
        self.defaultBranch = defaultBranch
        self.createdAt = createdAt
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
