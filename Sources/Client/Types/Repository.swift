public import Core

extension Wire {
    /// A code repository whose webhooks are accepted. Its secrets are not shown.
    public struct Repository: Codable, Sendable, Equatable {
        public var id: String
        public var name: String
        public var url: String
        public var provider: String
        public var defaultBranch: String
        public var createdAt: Timestamp
        /// When its branches and tags were last compared with what was seen of them; null before the first time.
        public var lastSweep: Timestamp?
        /// Why they could not be since.
        public var sweepError: String?

        public init(
            id: String, name: String, url: String, provider: String, defaultBranch: String, createdAt: Timestamp,
            lastSweep: Timestamp? = nil, sweepError: String? = nil
        ) {
            self.id = id
            self.name = name
            self.url = url
            self.provider = provider
            self.defaultBranch = defaultBranch
            self.createdAt = createdAt
            self.lastSweep = lastSweep
            self.sweepError = sweepError
        }
    }

    /// What a look at a repository's branches and tags found.
    public struct Sweep: Codable, Sendable, Equatable {
        /// How many there are.
        public var references: Int
        /// The deliveries that were made of pushes whose webhooks did not come.
        public var deliveries: [String]

        public init(references: Int, deliveries: [String]) {
            self.references = references
            self.deliveries = deliveries
        }
    }

    /// POST of a code repository.
    public struct RepositoryDraft: Codable, Sendable {
        public struct Credentials: Codable, Sendable {
            public var username: String?
            public var password: String?

            public init(username: String?, password: String?) {
                self.username = username
                self.password = password
            }
        }

        /// The provider's full name, e.g. `acme/hello`.
        public var name: String
        /// Where deployd fetches.
        public var url: String
        public var provider: String
        /// What its deliveries are signed with.
        public var secret: String?
        /// `main` when left out.
        public var defaultBranch: String?
        public var credentials: Credentials?

        public init(
            name: String, url: String, provider: String, secret: String?, defaultBranch: String? = nil,
            credentials: Credentials? = nil
        ) {
            self.name = name
            self.url = url
            self.provider = provider
            self.secret = secret
            self.defaultBranch = defaultBranch
            self.credentials = credentials
        }
    }
}
