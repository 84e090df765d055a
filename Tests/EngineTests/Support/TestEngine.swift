import Core
import Crypto
import Engine
import Formats
import Model
import Store
import Synchronization
import TestSupport

/// One life of a server: built over what is durable, it may be stopped and built anew.
struct TestEngine: Sendable {
    let context: EngineContext
    let reconcilers: Reconcilers
    let wake = Wake()
    let faults: Faults
    let reads = HeldReads()
    private let intake: Task<Void, Never>
    private let watches: Task<Void, Never>

    var deliveries: DeliveryService { DeliveryService(context: context, wakeIntake: wake) }
    var deployments: DeploymentService { DeploymentService(context: context, reconcilers: reconcilers) }
    var instances: InstanceService { InstanceService(context: context, reconcilers: reconcilers) }
    var sharedResources: SharedResourceService {
        SharedResourceService(context: context, reconcilers: reconcilers)
    }
    var plans: PlanService { PlanService(context: context, reconcilers: reconcilers) }
    var secrets: SecretService { SecretService(context: context, reconcilers: reconcilers) }
    var applications: ApplicationService { ApplicationService(context: context, reconcilers: reconcilers) }
    var objects: ObjectService { ObjectService(topology: topology) }
    var topology: TopologyService { TopologyService(context: context, reconcilers: reconcilers) }
    var rejections: RejectionService { RejectionService(context: context, reconcilers: reconcilers) }
    var versions: VersionService {
        VersionService(storage: context.storage, clock: context.clock, reconcilers: reconcilers)
    }

    init(
        _ durable: Durable, faults: Faults = Faults(), timer: any WallClock = SystemClock(),
        refuses: @escaping @Sendable () -> Bool = { false }
    ) {
        self.faults = faults
        durable.source.faults.withLock { $0 = faults }
        context = EngineContext(
            storage: FaultyStorage(base: durable.storage, refuses: refuses, reads: reads), source: durable.source,
            logs: durable.logs, clock: durable.clock, log: Log(level: .error) { _ in }, topology: durable.topology,
            workloadDrivers: [
                FakeWorkloads(
                    world: durable.world, faults: faults, refusal: { durable.refusal.current },
                    isCluster: durable.isCluster)
            ],
            resourceDrivers: [FakeResources(world: durable.world, faults: faults)],
            images: ImageIntake(durable.images))
        let reconcilers = Reconcilers(context: context)
        self.reconcilers = reconcilers
        let loop = IntakeLoop(context: context, wake: wake, reconcilers: reconcilers, timer: timer)
        intake = Task { await loop.run() }
        let following = WorldWatches(context: context, reconcilers: reconcilers)
        watches = Task { await following.run() }
    }

    func start() async throws { try await reconcilers.start() }

    func stop() async {
        intake.cancel()
        watches.cancel()
        await intake.value
        await watches.value
        await reconcilers.stop()
    }
}
