public import Core

extension Wire {
    /// A secret of an application in an environment, without its value.
    public struct Secret: Codable, Sendable, Equatable {
        /// The environment variable.
        public var name: String
        /// When it was set last, and by whom.
        public var since: Timestamp
        public var actor: String
        /// Whether a version that runs or should run there names it; null while there is none.
        public var used: Bool?

        public init(name: String, since: Timestamp, actor: String, used: Bool?) {
            self.name = name
            self.since = since
            self.actor = actor
            self.used = used
        }
    }

    /// PUT of a secret.
    public struct SecretValue: Codable, Sendable, Equatable {
        public var value: String

        public init(value: String) { self.value = value }
    }
}
