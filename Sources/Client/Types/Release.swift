public import Core

extension Wire {
    /// An image by what it is, whatever its tag names now.
    public struct ReleaseImage: Codable, Sendable, Equatable {
        /// With its registry, without a tag.
        public var name: String
        /// What is deployed: what the release's tag named when it was made.
        public var digest: String
        /// What the same tag was seen to name later; null: the same.
        public var movedTo: String?

        public init(name: String, digest: String, movedTo: String?) {
            self.name = name
            self.digest = digest
            self.movedTo = movedTo
        }
    }

    /// A version of an application that can be deployed.
    public struct Release: Codable, Sendable, Equatable {
        public var application: String
        public var version: String
        /// null for a pushed working tree.
        public var commit: String?
        public var repository: String?
        /// The full ref that was pushed.
        public var reference: String?
        /// The service's folder; empty for the root.
        public var path: String
        /// Whether a repository holds its source.
        public var clean: Bool
        public var createdAt: Timestamp
        /// null: it is built from its source.
        public var image: ReleaseImage?
        /// null: it may be deployed.
        public var rejected: Rejection?

        public init(
            application: String, version: String, commit: String?, repository: String?, reference: String?,
            path: String, clean: Bool, createdAt: Timestamp, image: ReleaseImage? = nil, rejected: Rejection? = nil
        ) {
            self.application = application
            self.version = version
            self.commit = commit
            self.repository = repository
            self.reference = reference
            self.path = path
            self.clean = clean
            self.createdAt = createdAt
            self.image = image
            self.rejected = rejected
        }
    }
}
