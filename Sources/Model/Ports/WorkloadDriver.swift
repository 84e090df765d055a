public import Core

/// What the engine and the drivers write a step's progress to.
public protocol StepLog: Sendable {
    /// One line, without its end. Secrets of the request are redacted by whoever made the log.
    func line(_ text: String)
}

/// A part of a growing text.
public struct LogChunk: Sendable, Equatable {
    public let bytes: [UInt8]
    /// Where the next part begins.
    public let next: Int

    public init(bytes: [UInt8], next: Int) {
        self.bytes = bytes
        self.next = next
    }
}

/// Runs services in a world: one driver per `deploy:` capability.
///
/// Every step is idempotent: a server that died between effect and record performs it again, with the same request. An
/// error whose code is transient (`DeploydError.Code.isTransient`) is retried; any other is a verdict that ends the
/// deployment.
public protocol WorkloadDriver: Sendable {
    /// The capability's name, e.g. `deploy:process`.
    var capability: String { get }

    /// The driver as it works in one world.
    func inWorld(_ world: World) -> any WorkloadDriver

    /// How many deployments of a world may be performed at once.
    var deploymentsAtOnce: Int { get }

    /// Why the machine or the world cannot do it now; nil when it can.
    func problem() async -> String?

    /// What stands against running this at all, found before anything changes; empty when nothing does.
    func refusals(for instance: InstanceIdentity, _ wish: WorkloadWish) async -> [String]

    /// The steps that bring `ports` and `entrypoints` up, in order; exactly one is the commit.
    ///
    /// With `hasBeforeDeploy` the spec's `beforeDeploy` is to be run, before the first step of the new version. Performed
    /// again, that step goes on with what it has begun and never begins a second time.
    func steps(_ shape: WorkloadShape) -> [WorkloadStep]

    /// Whether `preview` tells something. Then `addresses` reserves nothing, since it is called for a plan, too.
    var isPreviewed: Bool { get }

    /// What performing the request would change, object by object; nil where that is not told. Nothing is changed.
    ///
    /// The request's deployment is empty, and it has `WorkloadRequest.unknown` in place of what is known only once resources are
    /// made. A secret's value is in no line.
    func preview(_ request: WorkloadRequest) async throws -> [WorkloadChange]?

    /// Whether `watch` tells of all changes of workloads in the world: then they are hardly looked at otherwise.
    var isWatched: Bool { get }

    /// Calls with the identities of instances whose workload may be another than it was, until it is cancelled; after a gap
    /// of its own with all that it may concern. When it returns it is called again after a pause, and the engine has looked
    /// at every instance of the world then.
    func watch(_ onChange: @escaping @Sendable ([InstanceIdentity]) async -> Void) async

    /// Reserves what the attempt needs and says where it will listen. The same for the same `previous`.
    func addresses(
        for instance: InstanceIdentity, ports: [String: Int], entrypoints: [String: WorkloadEntrypoint], replicas: Int,
        previous: Secret?
    ) async throws -> WorkloadAddresses

    /// Performs a step within a bound of its own.
    /// - Returns: the workload's state to record, from the commit step on; nil leaves what is recorded.
    func perform(_ step: WorkloadStep, _ request: WorkloadRequest, _ log: any StepLog) async throws -> Secret?

    /// Stops what an attempt that failed or was superseded before its commit has started, as its `onFailure` has it.
    /// - Returns: the workload's state to record; nil leaves what is recorded.
    @discardableResult
    func abandon(_ request: WorkloadRequest, _ log: any StepLog) async throws -> Secret?

    /// Looks at what the recorded state names.
    func observe(_ workload: Secret, of instance: InstanceIdentity) async throws -> WorkloadObservation

    /// Stops what the recorded state names, once its requests are answered or its time to drain has passed. Its addresses
    /// stay, and say that nothing serves; `revive` starts it again. Repeating it is fine.
    func suspend(_ workload: Secret, of instance: InstanceIdentity) async throws

    /// Looks at what was suspended, and sees to it that its addresses say so.
    /// - Returns: why they do not; nil when they do.
    func suspensionProblem(of workload: Secret, _ instance: InstanceIdentity) async throws -> String?

    /// Starts again what should run and is missing, or undoes what others have changed, from the recorded state alone:
    /// whatever made `observe` say that it is incomplete.
    /// - Returns: the state to record.
    func revive(_ workload: Secret, of instance: InstanceIdentity) async throws -> Secret

    /// What a replica of the service printed: the last `maximumBytes` when `offset` is nil, else from there on.
    /// - Parameter replica: from 1.
    /// - Throws: `.notFound` when there is no such replica.
    func output(
        of workload: Secret, instance: InstanceIdentity, replica: Int, from offset: Int?, maximumBytes: Int
    ) async throws -> LogChunk

    /// What has happened to what instances share, such as its proxy, since this was asked last: sentences for people. Asked
    /// of the driver of all worlds.
    func incidents() async -> [String]

    /// What `destroy` would remove, by names for people (`Deployment hello`); empty where that is not told.
    func belongings(of instance: InstanceIdentity, workload: Secret?) async throws -> [String]

    /// Stops and removes all that the instance has, whatever state it is in.
    func destroy(_ instance: InstanceIdentity, workload: Secret?) async throws
}

extension WorkloadDriver {
    public func inWorld(_ world: World) -> any WorkloadDriver { self }
    public var deploymentsAtOnce: Int { 8 }
    public var isPreviewed: Bool { false }
    public func preview(_ request: WorkloadRequest) async throws -> [WorkloadChange]? { nil }
    public var isWatched: Bool { false }
    public func watch(_ onChange: @escaping @Sendable ([InstanceIdentity]) async -> Void) async {}
    public func incidents() async -> [String] { [] }
    public func belongings(of instance: InstanceIdentity, workload: Secret?) async throws -> [String] { [] }
}

extension DeploydError.Code {
    /// Whether the fault lies on the way (network, disk, a bound) and trying again may help; anything else is a verdict.
    public var isTransient: Bool {
        switch self {
        case .unavailable, .timedOut, .exhausted, .internal, .cancelled: true
        default: false
        }
    }
}
