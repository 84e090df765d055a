import Core
import Engine
import Model
import Store
import Synchronization
import TestSupport

/// One service, `hello` of `acme/hello`, on one target, and the server that deploys it.
final class Bench: Sendable {
    static let instance = InstanceID(application: "hello", target: "a")

    let durable: Durable
    private let life: Mutex<TestEngine>

    var engine: TestEngine { life.withLock { $0 } }
    var world: FakeWorld { durable.world }

    init(
        clock: any WallClock = SkippingClock(), faults: Faults = Faults(), targets: [String] = ["a"],
        catalogue: ResourceCatalogue? = nil, timer: any WallClock = SystemClock(), isCluster: Bool = false
    ) async throws {
        let snapshot = Durable.snapshot(targets: targets)
        durable = try Durable(
            clock: clock,
            topology: TopologySnapshot(topology: snapshot.topology, catalogue: catalogue ?? snapshot.catalogue),
            isCluster: isCluster)
        try await durable.addRepository("acme/hello")
        life = Mutex(TestEngine(durable, faults: faults, timer: timer))
    }

    /// Dies and lives again.
    func restart(faults: Faults = Faults(), refuses: @escaping @Sendable () -> Bool = { false }) async throws {
        await stop()
        let next = TestEngine(durable, faults: faults, refuses: refuses)
        life.withLock { $0 = next }
        try await next.start()
    }

    func stop() async { await engine.stop() }

    /// - Parameter file: nil: a good one.
    @discardableResult
    func push(
        _ commit: String, over before: String? = nil, file: String? = nil, extra: String = "", id: String? = nil
    ) async throws -> Delivery {
        durable.source.commit(commit, of: "acme/hello", file: file ?? Durable.file("hello", extra: extra))
        return try await deliver(commit, over: before, id: id)
    }

    @discardableResult
    func deliver(_ commit: String, over before: String? = nil, id: String? = nil) async throws -> Delivery {
        let delivery = durable.push(commit, over: before, to: "acme/hello", id: id)
        _ = try await engine.deliveries.accept(delivery)
        return delivery
    }

    /// Pushes and waits until all that follows is over.
    func deploy(_ commit: String, over before: String? = nil, file: String? = nil, extra: String = "") async throws {
        try await push(commit, over: before, file: file, extra: extra)
        try await settle()
    }

    func set(_ version: String, environment: String = "development") async throws {
        _ = try await engine.versions.setVersion(
            application: "hello", environment: environment, version: version, actor: "bob", cause: nil)
    }

    func wake() async { await engine.reconcilers.wake(Bench.instance) }

    /// Waits until nothing is under way.
    func settle() async throws {
        let engine = engine
        let isSettled = try await eventually {
            let (waiting, unfinished, instances) = try await self.durable.storage.read { reader in
                (
                    try reader.waitingDeliveryCount(), try reader.unfinishedDeployments().count,
                    try reader.instances(InstanceFilter()).map(\.id)
                )
            }
            guard waiting == 0, unfinished == 0 else { return false }
            for id in instances where await engine.reconcilers.isBusy(id) { return false }
            return true
        }
        guard isSettled else { throw DeploydError(.timedOut, "not settled: \(try await deployments())") }
    }

    func current(_ id: InstanceID = Bench.instance) async throws -> Instance {
        guard let instance = try await durable.storage.read({ try $0.instance(id) }) else {
            throw DeploydError(.notFound, "no \(id)")
        }
        return instance
    }

    /// Oldest first.
    func all(on target: String = "a") async throws -> [Deployment] {
        try await durable.storage.read { reader in
            try reader.deployments(DeploymentFilter(target: target), PageRequest(limit: 500)).items.reversed()
        }
    }

    /// `VERSION STATUS`, oldest first.
    func deployments(on target: String = "a") async throws -> [String] {
        try await all(on: target).map { "\($0.version) \($0.status)" }
    }

    /// `TYPE BEFORE>AFTER ACTOR`, oldest first.
    func history(_ types: EventType...) async throws -> [String] {
        try await durable.storage.read { try $0.events(after: 0, limit: 1000) }.map(\.draft)
            .filter { types.contains($0.type) }
            .map { "\($0.type.rawValue) \($0.before ?? "")>\($0.after ?? "") \($0.actor)" }
    }

    func delivery(_ id: String) async throws -> Delivery {
        guard let delivery = try await durable.storage.read({ try $0.delivery(id: id) }) else {
            throw DeploydError(.notFound, "no delivery \(id)")
        }
        return delivery
    }

    /// What the entrypoint leads to.
    var serving: String? {
        let place = world.place(Bench.instance)
        return place.pointer.flatMap { place.running[$0] }
    }

    /// The versions that run.
    var running: [String] { world.place(Bench.instance).running.values.sorted() }

    /// How often a driver's step was called for a version.
    func calls(_ step: String, _ version: String) -> Int {
        engine.faults.calls.count { $0.step == step && $0.version == version }
    }
}
