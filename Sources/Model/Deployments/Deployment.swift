public import Core

/// One attempt to bring an instance from what it has to what it should have.
public struct Deployment: Sendable, Equatable {
    public enum Status: String, Sendable, CaseIterable {
        case pending, running, succeeded, failed, superseded, cancelled

        public var isFinal: Bool { self != .pending && self != .running }
    }

    public let id: String
    public let instance: InstanceID
    public let environment: String
    public let world: String
    public let version: String
    public var status: Status
    /// One sentence for people; with a failure, what to do.
    public var reason: String?
    /// Digest of the inputs that its plan was made from; nil until planned.
    public var inputs: String?
    /// The workload's state before this deployment, as its driver recorded it; sealed at rest. Set when it starts, so
    /// that a server which died after the commit still knows what to retire.
    public var previous: Secret?
    public let actor: String
    public let cause: Cause?
    /// Runs anew what runs already, and nothing else.
    public let isRestart: Bool
    public let createdAt: Timestamp
    public var startedAt: Timestamp?
    public var endedAt: Timestamp?
    public var steps: [DeploymentStep]

    /// Whether its version counts as deployed already.
    public var isCommitted: Bool { steps.contains { $0.isCommit && $0.status == .succeeded } }

    /// Whether a step of the deploy driver may have had effects.
    public var hasTouchedWorkload: Bool { steps.contains { $0.kind != .resource && $0.status != .pending } }

    /// Whether it goes on to its own end, whatever is wanted meanwhile.
    public var isPastInterrupts: Bool {
        let begun = steps.filter { $0.status != .pending }
        return isCommitted || (begun.last?.isInterruptible != true && begun.contains { $0.kind == .workload })
    }

    public init(
        id: String, instance: InstanceID, environment: String, world: String, version: String,
        status: Status = .pending, reason: String? = nil, inputs: String? = nil,
        previous: Secret? = nil, actor: String, cause: Cause?, isRestart: Bool = false, createdAt: Timestamp,
        startedAt: Timestamp? = nil,
        endedAt: Timestamp? = nil, steps: [DeploymentStep] = []
    ) {
        self.id = id
        self.instance = instance
        self.environment = environment
        self.world = world
        self.version = version
        self.status = status
        self.reason = reason
        self.inputs = inputs
        self.previous = previous
        self.actor = actor
        self.cause = cause
        self.isRestart = isRestart
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.steps = steps
    }
}

/// One step of a deployment, idempotent and bounded in time. Its kind and name together are unique within it.
public struct DeploymentStep: Sendable, Equatable, Codable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case resource, build, beforeDeploy, workload, entrypoint, health
    }

    public enum Status: String, Sendable, Codable, CaseIterable {
        case pending, running, succeeded, failed
    }

    public let name: String
    public let kind: Kind
    /// Once it is done, the version counts as deployed.
    public let isCommit: Bool
    /// Whether a newer version may break it off though the workload is touched.
    public let isInterruptible: Bool
    public var status: Status
    public var reason: String?
    public var startedAt: Timestamp?
    public var endedAt: Timestamp?

    public init(
        name: String, kind: Kind, isCommit: Bool = false, isInterruptible: Bool = false, status: Status = .pending,
        reason: String? = nil, startedAt: Timestamp? = nil, endedAt: Timestamp? = nil
    ) {
        self.name = name
        self.kind = kind
        self.isCommit = isCommit
        self.isInterruptible = isInterruptible
        self.status = status
        self.reason = reason
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}
