public import Core

extension Wire {
    /// Why automation does not move a version.
    public struct Hold: Codable, Sendable, Equatable {
        public var reason: String
        public var actor: String
        public var since: Timestamp

        public init(reason: String, actor: String, since: Timestamp) {
            self.reason = reason
            self.actor = actor
            self.since = since
        }
    }

    /// The version that an environment holds for one application.
    public struct EnvironmentVersion: Codable, Sendable, Equatable {
        public var application: String
        public var environment: String
        public var desired: String?
        /// Grows by one with each change; the `ETag`.
        public var revision: Int64
        public var hold: Hold?
        public var changedAt: Timestamp?
        /// Those that a change made or goes on with; none where it is only looked at.
        public var deployments: [String]

        public init(
            application: String, environment: String, desired: String?, revision: Int64, hold: Hold?,
            changedAt: Timestamp?, deployments: [String] = []
        ) {
            self.application = application
            self.environment = environment
            self.desired = desired
            self.revision = revision
            self.hold = hold
            self.changedAt = changedAt
            self.deployments = deployments
        }
    }

    /// PUT of an environment's version.
    public struct VersionChange: Codable, Sendable, Equatable {
        public var desired: String

        public init(desired: String) { self.desired = desired }
    }

    /// POST of a rollback; without a version, to the one that was desired before.
    public struct Rollback: Codable, Sendable, Equatable {
        public var version: String?

        public init(version: String?) { self.version = version }
    }

    /// POST of a promotion.
    public struct PromotionRequest: Codable, Sendable, Equatable {
        /// null: the next environment in the application's set.
        public var to: String?
        /// null: the version that is deployed there.
        public var version: String?

        public init(to: String?, version: String?) {
            self.to = to
            self.version = version
        }
    }

    /// PUT of a hold.
    public struct HoldRequest: Codable, Sendable, Equatable {
        public var reason: String

        public init(reason: String) { self.reason = reason }
    }
}
