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
}
