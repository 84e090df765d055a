public import Core

extension Wire {
    /// One line of history.
    public struct Event: Codable, Sendable, Equatable {
        /// Numbers follow one another without gaps.
        public var id: Int64
        public var time: Timestamp
        /// e.g. `version.deployed`.
        public var type: String
        public var actor: String
        public var cause: Cause?
        public var application: String?
        public var environment: String?
        public var target: String?
        public var before: String?
        public var after: String?
        public var detail: String?

        public init(
            id: Int64, time: Timestamp, type: String, actor: String, cause: Cause?, application: String?,
            environment: String?, target: String?, before: String?, after: String?, detail: String?
        ) {
            self.id = id
            self.time = time
            self.type = type
            self.actor = actor
            self.cause = cause
            self.application = application
            self.environment = environment
            self.target = target
            self.before = before
            self.after = after
            self.detail = detail
        }
    }
}
