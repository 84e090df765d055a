public import Core

/// The version that an environment holds for one application; the `desired` of its instances derives from it.
public struct EnvironmentVersion: Sendable, Equatable {
    /// Why automation does not move the version; a person's `set-version` or `rollback` still does.
    public struct Hold: Sendable, Equatable {
        public let reason: String
        public let actor: String
        public let since: Timestamp

        public init(reason: String, actor: String, since: Timestamp) {
            self.reason = reason
            self.actor = actor
            self.since = since
        }
    }

    public let application: String
    public let environment: String
    public var desired: String?
    /// Grows by one with each change; the `ETag`.
    public var revision: Int64
    public var hold: Hold?
    public var changedAt: Timestamp

    public init(
        application: String, environment: String, desired: String?, revision: Int64 = 0, hold: Hold? = nil,
        changedAt: Timestamp
    ) {
        self.application = application
        self.environment = environment
        self.desired = desired
        self.revision = revision
        self.hold = hold
        self.changedAt = changedAt
    }
}
