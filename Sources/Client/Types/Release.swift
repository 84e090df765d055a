public import Core

extension Wire {
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
        /// null: it may be deployed.
        public var rejected: Rejection?

        public init(
            application: String, version: String, commit: String?, repository: String?, reference: String?,
            path: String, clean: Bool, createdAt: Timestamp, rejected: Rejection? = nil
        ) {
            self.application = application
            self.version = version
            self.commit = commit
            self.repository = repository
            self.reference = reference
            self.path = path
            self.clean = clean
            self.createdAt = createdAt
            self.rejected = rejected
        }
    }
}
