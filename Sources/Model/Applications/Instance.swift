public import Core

/// One application on one target, by the names that people know.
public struct InstanceID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let application: String
    public let target: String

    public init(application: String, target: String) {
        self.application = application
        self.target = target
    }

    public var description: String { "\(application)@\(target)" }

    public static func < (a: InstanceID, b: InstanceID) -> Bool {
        (a.application, a.target) < (b.application, b.target)
    }
}

/// What is known of how a version runs.
public enum Health: String, Sendable, CaseIterable {
    case healthy, progressing, degraded, missing, unknown, suspended
}

/// One application on one target: it owns ports, resources, a workload and entrypoints, and lives until destroyed.
public struct Instance: Sendable, Equatable {
    /// The verdict that ended the last attempt: the same version with the same inputs is not tried again.
    public struct Verdict: Sendable, Equatable {
        public let version: String
        public let inputs: String
        public let deployment: String
        /// What it had begun was left as it is (`onFailure: stop`), so that the version before it has to be deployed again.
        public let isLeft: Bool

        public init(version: String, inputs: String, deployment: String, isLeft: Bool = false) {
            self.version = version
            self.inputs = inputs
            self.deployment = deployment
            self.isLeft = isLeft
        }
    }

    public let id: InstanceID
    public let identity: InstanceIdentity
    public var environment: String
    /// nil: tracked only; others deploy and report.
    public var world: String?
    public var desired: String?
    /// Observed to run and be healthy, never only asked for.
    public var deployed: String?
    public var health: Health
    /// Why it is not healthy, in one sentence, as far as that is known.
    public var healthReason: String?
    /// nil: it is not known how many replicas there are.
    public var replicas: ReplicaCount?
    /// What somebody else has changed of what deployd made there; empty where that is not looked at.
    public var drift: [DriftedField] = []
    /// Since when `deployed` and `health` are what they are.
    public var since: Timestamp
    /// Digest of what `deployed` was deployed with.
    public var inputs: String?
    /// Fingerprints of the secrets that `deployed` was given, by name.
    public var secrets: [String: String]
    /// What the deploy driver needs to find, watch, restart and stop the workload: its own JSON, sealed at rest.
    public var workload: Secret?
    /// Stable addresses by entrypoint name, e.g. `web` → `http://127.0.0.1:3042`.
    public var entrypoints: [String: String]
    public var verdict: Verdict?
    /// Why no declaration names it any more: it goes on running and gets no new version. nil: one does.
    public var detachment: String?
    public var lifecycle: Lifecycle
    public let createdAt: Timestamp

    /// - Parameter identity: nil: that of an application that was never renamed.
    public init(
        id: InstanceID, identity: InstanceIdentity? = nil, environment: String, world: String?,
        desired: String? = nil, deployed: String? = nil,
        health: Health = .unknown, healthReason: String? = nil, replicas: ReplicaCount? = nil, since: Timestamp,
        inputs: String? = nil, secrets: [String: String] = [:],
        workload: Secret? = nil, entrypoints: [String: String] = [:], verdict: Verdict? = nil,
        detachment: String? = nil,
        lifecycle: Lifecycle = Lifecycle(), createdAt: Timestamp
    ) {
        self.id = id
        self.identity = identity ?? InstanceIdentity(id)
        self.environment = environment
        self.world = world
        self.desired = desired
        self.deployed = deployed
        self.health = health
        self.healthReason = healthReason
        self.replicas = replicas
        self.since = since
        self.inputs = inputs
        self.secrets = secrets
        self.workload = workload
        self.entrypoints = entrypoints
        self.verdict = verdict
        self.detachment = detachment
        self.lifecycle = lifecycle
        self.createdAt = createdAt
    }

    public var isDetached: Bool { detachment != nil }

    /// The version that deployments are to bring here now; nil while none may change what runs.
    public var wanted: String? { isDetached || lifecycle.state != .running ? nil : desired }

    /// Whether what is deployed may be there in part only, since another version that failed was left beside it.
    public var isMixed: Bool { verdict.map { $0.isLeft && $0.version != deployed } ?? false }

    /// Takes over how it is. `since` stays as long as its health does.
    /// - Parameter replicas: nil: as many as there were, all of them healthy or none.
    public mutating func becomes(
        _ health: Health, reason: String? = nil, replicas: ReplicaCount? = nil, at moment: Timestamp
    ) {
        if health != self.health { since = moment }
        let same = self.replicas.map { ReplicaCount(healthy: health == .healthy ? $0.total : 0, total: $0.total) }
        (self.health, healthReason, self.replicas) = (health, reason, replicas ?? same)
    }

    /// Another one in its place, that has nothing yet.
    public func anew(desired: String, at moment: Timestamp) -> Instance {
        Instance(
            id: id, identity: identity, environment: environment, world: world, desired: desired, since: moment,
            createdAt: moment)
    }
}
