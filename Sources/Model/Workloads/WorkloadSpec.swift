public import Core

/// How a workload's health is asked.
public struct HealthProbe: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// A GET that must answer 2xx or 3xx.
        case http(path: String, port: String)
        /// The port accepts connections.
        case tcp(port: String)
        /// No port: the process stays up for this long.
        case staysUp(Duration)
    }

    public let kind: Kind
    public let interval: Duration
    public let timeout: Duration
    /// How long a new version may take to become healthy.
    public let deadline: Duration

    public init(kind: Kind, interval: Duration, timeout: Duration, deadline: Duration) {
        self.kind = kind
        self.interval = interval
        self.timeout = timeout
        self.deadline = deadline
    }
}

public struct WorkloadLimits: Sendable, Equatable {
    /// Thousandths of a core; nil: no limit.
    public let cpuMillis: Int?
    /// nil: no limit.
    public let memoryBytes: Int64?

    public init(cpuMillis: Int? = nil, memoryBytes: Int64? = nil) {
        self.cpuMillis = cpuMillis
        self.memoryBytes = memoryBytes
    }
}

/// What is to run, with every reference resolved: what a deploy driver is given.
public struct WorkloadSpec: Sendable, Equatable {
    /// argv; nil: nothing to build.
    public let build: [String]?
    /// argv, each word possibly made from a secret output.
    public let command: [Secret]
    /// argv of what is run once before this version starts; nil: nothing.
    public let beforeDeploy: [Secret]?
    public let environment: [String: Secret]
    /// Those variables whose values hold a secret; the others may be shown.
    public var secretVariables: Set<String> = []
    /// What is run; nil: what is built.
    public var image: ImageReference?
    public var replicas = 1
    public var autoscaling: Autoscaling?
    public var strategy = UpdateStrategy.rolling
    public var onFailure = FailureResponse.rollback
    public var kubernetes = KubernetesOptions()
    /// A folder of manifests, from the service's own; nil: none.
    public var manifests: String?
    /// What `${…}` in these manifests may refer to, by how it is written there; none without manifests.
    public var references: [String: Secret] = [:]
    /// Those of them whose values are secret.
    public var secretReferences: Set<String> = []
    /// The service's free labels.
    public var labels: [String: String] = [:]
    /// Number of each named port as the file has it (a container's).
    public let ports: [String: Int]
    public let health: HealthProbe
    public let limits: WorkloadLimits
    public let drain: Duration
    public let entrypoints: [String: WorkloadEntrypoint]
    /// What must not be shown wherever the workload's output is.
    public let secrets: [Secret]

    public init(
        build: [String]?, command: [Secret], beforeDeploy: [Secret]? = nil, environment: [String: Secret],
        ports: [String: Int], health: HealthProbe, limits: WorkloadLimits, drain: Duration,
        entrypoints: [String: WorkloadEntrypoint], secrets: [Secret]
    ) {
        self.build = build
        self.command = command
        self.beforeDeploy = beforeDeploy
        self.environment = environment
        self.ports = ports
        self.health = health
        self.limits = limits
        self.drain = drain
        self.entrypoints = entrypoints
        self.secrets = secrets
    }
}

/// Where a workload will listen and be reached, known before its environment is resolved.
public struct WorkloadAddresses: Sendable, Equatable {
    /// Where the service must listen, by port name.
    public let listen: [String: Int]
    /// Stable URL by entrypoint name.
    public let entrypoints: [String: String]
    /// Variables that the driver gives to the process, e.g. `PORT`.
    public let environment: [String: String]
    /// Of the second replica and those after it.
    public let further: [Replica]

    /// What is another for each replica.
    public struct Replica: Sendable, Equatable {
        public let listen: [String: Int]
        public let environment: [String: String]

        public init(listen: [String: Int], environment: [String: String]) {
            self.listen = listen
            self.environment = environment
        }
    }

    public init(
        listen: [String: Int], entrypoints: [String: String], environment: [String: String], further: [Replica] = []
    ) {
        self.listen = listen
        self.entrypoints = entrypoints
        self.environment = environment
        self.further = further
    }

    /// As each of the further replicas has them.
    public var ofFurther: [WorkloadAddresses] {
        further.map { WorkloadAddresses(listen: $0.listen, entrypoints: entrypoints, environment: $0.environment) }
    }
}

/// Everything a deploy driver needs to know of one attempt.
public struct WorkloadRequest: Sendable {
    /// Stands in a plan where a value is known only once resources are made.
    public static let unknown = "(known after apply)"

    /// For people.
    public let instance: InstanceID
    public let identity: InstanceIdentity
    public let environment: String
    public let world: String
    /// The deployment's id: names what this attempt starts, so that a repeated step finds it.
    public let deployment: String
    public let release: Release
    /// The first replica's, and what is the same for all.
    public let spec: WorkloadSpec
    /// Of the second replica and those after it: they differ in what refers to ports.
    public let further: [WorkloadSpec]
    public let addresses: WorkloadAddresses
    /// What the instance ran before, as the driver recorded it.
    public let previous: Secret?
    /// Whether what runs is only to be started anew.
    public var isRestart = false

    public init(
        instance: InstanceID, identity: InstanceIdentity, environment: String, world: String, deployment: String,
        release: Release, spec: WorkloadSpec, further: [WorkloadSpec] = [], addresses: WorkloadAddresses,
        previous: Secret?
    ) {
        self.instance = instance
        self.identity = identity
        self.environment = environment
        self.world = world
        self.deployment = deployment
        self.release = release
        self.spec = spec
        self.further = further
        self.addresses = addresses
        self.previous = previous
    }
}

/// What was seen of a running workload.
public struct WorkloadObservation: Sendable, Equatable {
    public let health: Health
    /// One sentence when it is not healthy.
    public var reason: String?
    /// nil: it is not known how many there are.
    public let replicas: ReplicaCount?
    /// Whether something of it is missing that is to be started again.
    public let isIncomplete: Bool
    /// What somebody else has changed; nil: that is not looked at.
    public var drift: [DriftedField]?

    /// - Parameter isIncomplete: nil: when it is missing as a whole.
    public init(
        health: Health, reason: String? = nil, replicas: ReplicaCount? = nil, isIncomplete: Bool? = nil
    ) {
        self.health = health
        self.reason = reason
        self.replicas = replicas
        self.isIncomplete = isIncomplete ?? (health == .missing)
    }
}
