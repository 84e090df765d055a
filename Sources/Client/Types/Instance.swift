public import Core

extension Wire {
    /// One application on one target.
    public struct Instance: Codable, Sendable, Equatable {
        public struct Version: Codable, Sendable, Equatable {
            public var desired: String?
            public var deployed: String?

            public init(desired: String?, deployed: String?) {
                self.desired = desired
                self.deployed = deployed
            }
        }

        public struct Entrypoint: Codable, Sendable, Equatable {
            public var url: String

            public init(url: String) { self.url = url }
        }

        /// How many of its replicas are healthy, and how many there are.
        public struct Replicas: Codable, Sendable, Equatable, CustomStringConvertible {
            public var healthy: Int
            public var total: Int

            public init(healthy: Int, total: Int) {
                self.healthy = healthy
                self.total = total
            }

            /// `2/3`.
            public var description: String { "\(healthy)/\(total)" }
        }

        /// Something that somebody else has changed.
        public struct Drift: Codable, Sendable, Equatable {
            /// `Deployment hello`.
            public var object: String
            /// null: the object is gone.
            public var field: String?
            /// Who has it now, as far as that is known.
            public var manager: String?

            public init(object: String, field: String?, manager: String?) {
                self.object = object
                self.field = field
                self.manager = manager
            }
        }

        /// Whether it is to run, and what somebody asked of it that is not done yet.
        public enum Lifecycle: String, Codable, Sendable, CaseIterable {
            case running, stopping, stopped, starting, restarting, destroying

            public var isSettled: Bool { self == .running || self == .stopped }
        }

        public var application: String
        public var target: String
        public var environment: String
        /// null: tracked only; others deploy and report.
        public var world: String?
        /// Its application's, its world's, its environment's and its target's.
        public var labels: [String: String]
        public var version: Version
        public var health: Health
        /// Why it is not healthy, as far as that is known.
        public var healthReason: String?
        /// null: it is not known.
        public var replicas: Replicas?
        /// What others have changed of what was deployed, as far as that is looked at.
        public var drift: [Drift]
        public var since: Timestamp
        public var entrypoints: [String: Entrypoint]
        /// A declaration no longer names it.
        public var detached: Bool
        /// Why; what it holds goes only when it is destroyed.
        public var detachedReason: String?
        /// The deployment that failed for the desired version; it is not tried again by itself.
        public var failedDeployment: String?
        /// Whether it would be deployed with something else now, which acts at its next deployment; null where nothing is
        /// deployed, and in lists.
        public var outdated: Bool?
        public var lifecycle: Lifecycle
        /// Why what was asked is not done yet.
        public var lifecycleReason: String?

        public init(
            application: String, target: String, environment: String, world: String?, labels: [String: String] = [:],
            version: Version, health: Health, healthReason: String? = nil, replicas: Replicas? = nil,
            drift: [Drift] = [], since: Timestamp,
            entrypoints: [String: Entrypoint], detached: Bool,
            detachedReason: String? = nil, failedDeployment: String?, outdated: Bool? = nil,
            lifecycle: Lifecycle = .running, lifecycleReason: String? = nil
        ) {
            self.application = application
            self.target = target
            self.environment = environment
            self.world = world
            self.labels = labels
            self.version = version
            self.health = health
            self.healthReason = healthReason
            self.replicas = replicas
            self.drift = drift
            self.since = since
            self.entrypoints = entrypoints
            self.detached = detached
            self.detachedReason = detachedReason
            self.failedDeployment = failedDeployment
            self.outdated = outdated
            self.lifecycle = lifecycle
            self.lifecycleReason = lifecycleReason
        }
    }
}
