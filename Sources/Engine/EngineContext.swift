public import Core
public import Model

/// What every part of the engine works with.
public struct EngineContext: Sendable {
    public let storage: any Storage
    public let source: any SourceControl
    public let logs: any DeploymentLogs
    public let clock: any WallClock
    public let log: Log
    public let topology: TopologyHolder
    /// One per `deploy:` capability.
    public let workloadDrivers: [String: any WorkloadDriver]
    /// One per capability that definitions name.
    public let resourceDrivers: [String: any ResourceDriver]
    /// nil: no service may be an image.
    public let images: ImageIntake?
    let sharedPlaces = SharedPlaces()
    /// Places to look at what is recorded of an instance. A reload wakes all of them at once, and the store refuses reads
    /// that wait beyond its bound.
    let looks = Limiter(EngineContext.looksAtOnce)

    static let looksAtOnce = 64
    /// Worlds whose drivers tell of changes now.
    let told = ToldWorlds()

    public init(
        storage: any Storage, source: any SourceControl, logs: any DeploymentLogs, clock: any WallClock, log: Log,
        topology: TopologyHolder, workloadDrivers: [any WorkloadDriver], resourceDrivers: [any ResourceDriver],
        images: ImageIntake? = nil
    ) {
        self.storage = storage
        self.source = source
        self.logs = logs
        self.clock = clock
        self.log = log
        self.topology = topology
        self.images = images
        self.workloadDrivers = Dictionary(
            workloadDrivers.map { ($0.capability, $0) }, uniquingKeysWith: { _, last in last })
        self.resourceDrivers = Dictionary(
            resourceDrivers.map { ($0.capability, $0) }, uniquingKeysWith: { _, last in last })
    }

    var preparer: DeploymentPreparer { DeploymentPreparer(context: self) }

    /// Reads of one instance or deployment, of which there may be thousands at once.
    func look<Value: Sendable>(_ body: @escaping @Sendable (any StorageReader) throws -> Value) async throws -> Value {
        try await looks.withPlace { try await storage.read(body) }
    }
}
