public import Core

extension Wire {
    /// One attempt to bring an instance to a version.
    public struct Deployment: Codable, Sendable, Equatable {
        public enum Status: String, Codable, Sendable, CaseIterable {
            case pending, running, succeeded, failed, superseded, cancelled

            public var isFinal: Bool { self != .pending && self != .running }
        }

        public struct Step: Codable, Sendable, Equatable {
            public var name: String
            public var kind: String
            public var status: String
            public var reason: String?
            public var startedAt: Timestamp?
            public var endedAt: Timestamp?

            public init(
                name: String, kind: String, status: String, reason: String?, startedAt: Timestamp?,
                endedAt: Timestamp?
            ) {
                self.name = name
                self.kind = kind
                self.status = status
                self.reason = reason
                self.startedAt = startedAt
                self.endedAt = endedAt
            }
        }

        public var id: String
        public var application: String
        public var environment: String
        public var target: String
        public var world: String
        public var version: String
        public var status: Status
        public var reason: String?
        public var actor: String
        public var cause: Cause?
        public var createdAt: Timestamp
        public var startedAt: Timestamp?
        public var endedAt: Timestamp?
        public var steps: [Step]
        /// Runs anew what runs already.
        public var restart: Bool

        public init(
            id: String, application: String, environment: String, target: String, world: String, version: String,
            status: Status, reason: String?, actor: String, cause: Cause?, createdAt: Timestamp,
            startedAt: Timestamp?, endedAt: Timestamp?, steps: [Step], restart: Bool = false
        ) {
            self.id = id
            self.application = application
            self.environment = environment
            self.target = target
            self.world = world
            self.version = version
            self.status = status
            self.reason = reason
            self.actor = actor
            self.cause = cause
            self.createdAt = createdAt
            self.startedAt = startedAt
            self.endedAt = endedAt
            self.steps = steps
            self.restart = restart
        }
    }
}
