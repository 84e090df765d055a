public import Core

extension Wire {
    /// What runs in a world, and how it is.
    public struct WorldState: Codable, Sendable, Equatable {
        public struct Workload: Codable, Sendable, Equatable {
            public var application: String
            public var target: String
            public var environment: String
            /// The version that was seen to run.
            public var version: String?
            /// By its digest; null where none is run.
            public var image: String?
            public var health: Health
            /// Why it is not healthy, as far as that is known.
            public var reason: String?
            public var since: Timestamp
            /// null: it is not known.
            public var replicas: Instance.Replicas?
            public var drift: [Instance.Drift]

            public init(
                application: String, target: String, environment: String, version: String?, image: String?,
                health: Health, reason: String?, since: Timestamp, replicas: Instance.Replicas?, drift: [Instance.Drift]
            ) {
                self.application = application
                self.target = target
                self.environment = environment
                self.version = version
                self.image = image
                self.health = health
                self.reason = reason
                self.since = since
                self.replicas = replicas
                self.drift = drift
            }
        }

        public struct Capability: Codable, Sendable, Equatable {
            public var health: World.CapabilityHealth
            public var reason: String?
            /// Of a `deploy:` capability, by application, then target.
            public var workloads: [Workload]

            public init(health: World.CapabilityHealth, reason: String?, workloads: [Workload]) {
                self.health = health
                self.reason = reason
                self.workloads = workloads
            }
        }

        public var world: String
        public var capabilities: [String: Capability]
        /// Where the workloads that follow begin; null at the end.
        public var next: String?

        public init(world: String, capabilities: [String: Capability], next: String?) {
            self.world = world
            self.capabilities = capabilities
            self.next = next
        }
    }
}
