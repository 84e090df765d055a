public import Core
public import Engine
public import Model

/// All that the API works with.
public struct APIServices: Sendable {
    public let context: EngineContext
    public let versions: VersionService
    public let rejections: RejectionService
    public let deployments: DeploymentService
    public let deliveries: DeliveryService
    public let repositories: RepositoryService
    public let instances: InstanceService
    public let sharedResources: SharedResourceService
    public let plans: PlanService
    public let secrets: SecretService
    public let resources: ResourceService
    public let objects: ObjectService
    public let applications: ApplicationService
    public let backups: any Backups
    public let metrics: Metrics
    /// Where pushed working trees wait; the engine's source reads them there.
    public let spoolDirectory: String
    /// The server's data directory; nil where its disk is not looked at.
    public let dataDirectory: String?
    /// Writes to the store where the last change did not find room, and throws while there is none.
    public let probeStorage: @Sendable () async throws -> Void
    /// Refuses the address of a code repository that deployd may not fetch from.
    public let checkRepositoryURL: @Sendable (String) throws -> Void
    /// This program's version.
    public let version: String

    public init(
        context: EngineContext, versions: VersionService, rejections: RejectionService, deployments: DeploymentService,
        deliveries: DeliveryService, repositories: RepositoryService, instances: InstanceService,
        sharedResources: SharedResourceService, plans: PlanService,
        secrets: SecretService, resources: ResourceService, objects: ObjectService, applications: ApplicationService,
        backups: any Backups, metrics: Metrics,
        spoolDirectory: String, dataDirectory: String? = nil,
        probeStorage: @escaping @Sendable () async throws -> Void = {},
        checkRepositoryURL: @escaping @Sendable (String) throws -> Void, version: String
    ) {
        self.context = context
        self.versions = versions
        self.rejections = rejections
        self.deployments = deployments
        self.deliveries = deliveries
        self.repositories = repositories
        self.instances = instances
        self.sharedResources = sharedResources
        self.plans = plans
        self.secrets = secrets
        self.resources = resources
        self.objects = objects
        self.applications = applications
        self.backups = backups
        self.metrics = metrics
        self.spoolDirectory = spoolDirectory
        self.dataDirectory = dataDirectory
        self.probeStorage = probeStorage
        self.checkRepositoryURL = checkRepositoryURL
        self.version = version
    }

    var sweeps: SweepService { SweepService(context: context, deliveries: deliveries) }
    var storage: any Storage { context.storage }
    var logs: any DeploymentLogs { context.logs }
    var clock: any WallClock { context.clock }
    var reports: ReportService { ReportService(storage: storage, clock: clock) }
    var log: Log { context.log }
    var snapshot: TopologySnapshot { context.topology.current }
}
