public import Core

/// What a provider's payload says happened, in one form for all providers. It only selects; it decides nothing.
public enum RepositoryEvent: Sendable, Equatable {
    case ping
    case push(Push)
    /// A pushed working tree, spooled to a file of the server.
    case tree(Tree)
    /// Understood, and nothing follows from it; the text says why.
    case ignored(String)

    public struct Push: Sendable, Equatable, Codable {
        /// The full name, e.g. `refs/heads/main`.
        public let reference: String
        /// The commit before; nil when the ref is new.
        public let before: String?
        /// The commit after; nil when the ref was deleted.
        public let after: String?
        /// Who pushed, as the provider names them.
        public let actor: String

        public init(reference: String, before: String?, after: String?, actor: String) {
            self.reference = reference
            self.before = before
            self.after = after
            self.actor = actor
        }
    }

    public struct Tree: Sendable, Equatable, Codable {
        /// nil: the application that the tree's `deployd.yaml` names.
        public let application: String?
        public let environment: String?
        /// The spooled archive's file name within the server's spool directory.
        public let file: String
        /// Hexadecimal SHA-256 of the archive.
        public let digest: String
        public let isGzip: Bool
        public let actor: String

        public init(
            application: String?, environment: String?, file: String, digest: String, isGzip: Bool, actor: String
        ) {
            self.application = application
            self.environment = environment
            self.file = file
            self.digest = digest
            self.isGzip = isGzip
            self.actor = actor
        }
    }
}

/// One webhook delivery, accepted once it is durable.
public struct Delivery: Sendable, Equatable {
    public enum Status: String, Sendable, CaseIterable {
        case accepted, processing, processed, ignored, failed
    }

    /// By what a repeat is recognised: hook, the sender's own id, and the digest of the body.
    public struct Key: Sendable, Hashable {
        public let provider: String
        public let hook: String
        public let delivery: String
        /// Hexadecimal SHA-256 of the raw body.
        public let digest: String

        public init(provider: String, hook: String, delivery: String, digest: String) {
            self.provider = provider
            self.hook = hook
            self.delivery = delivery
            self.digest = digest
        }
    }

    public let id: String
    public let key: Key
    /// The provider's word, e.g. `push`.
    public let event: String
    /// The code repository's name; nil for a working tree.
    public let repository: String?
    public let content: RepositoryEvent
    public let receivedAt: Timestamp
    public var status: Status
    public var reason: String?
    public var attempts: Int
    /// How many of the attempts broke down: the server died meanwhile, or ran into a defect.
    public var breakdowns: Int
    /// Not to be tried before; nil: at once.
    public var notBefore: Timestamp?
    /// The deployments that came of it.
    public var deployments: [String]
    /// What it waits for; nil: nothing.
    public var wait: ImageWait?

    /// Deliveries of one lane are processed one after the other: those of a repository, and the trees that are pushed to
    /// one place.
    public var lane: String { repository ?? "tree:\(key.hook)" }

    public init(
        id: String, key: Key, event: String, repository: String?, content: RepositoryEvent, receivedAt: Timestamp,
        status: Status = .accepted, reason: String? = nil, attempts: Int = 0, breakdowns: Int = 0,
        notBefore: Timestamp? = nil,
        deployments: [String] = []
    ) {
        self.id = id
        self.key = key
        self.event = event
        self.repository = repository
        self.content = content
        self.receivedAt = receivedAt
        self.status = status
        self.reason = reason
        self.attempts = attempts
        self.breakdowns = breakdowns
        self.notBefore = notBefore
        self.deployments = deployments
    }
}
