public import Core

extension Wire {
    /// The version of a target: what it should have, and what was observed to run.
    public struct TargetVersion: Codable, Sendable, Equatable {
        public var desired: String?
        public var deployed: String?
        public var health: Health
        public var since: Timestamp?

        public init(desired: String?, deployed: String?, health: Health, since: Timestamp?) {
            self.desired = desired
            self.deployed = deployed
            self.health = health
            self.since = since
        }
    }

    /// PUT of what is deployed on a target that others deploy to.
    public struct DeployedReport: Codable, Sendable, Equatable {
        public var deployed: String
        /// null: healthy.
        public var health: Health?

        public init(deployed: String, health: Health? = nil) {
            self.deployed = deployed
            self.health = health
        }
    }
}
