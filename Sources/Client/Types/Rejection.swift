public import Core

extension Wire {
    /// Why a version may not be deployed any more.
    public struct Rejection: Codable, Sendable, Equatable {
        public var reason: String
        public var actor: String
        public var since: Timestamp

        public init(reason: String, actor: String, since: Timestamp) {
            self.reason = reason
            self.actor = actor
            self.since = since
        }
    }

    /// PUT of a rejection.
    public struct RejectionRequest: Codable, Sendable, Equatable {
        public var reason: String

        public init(reason: String) { self.reason = reason }
    }
}
