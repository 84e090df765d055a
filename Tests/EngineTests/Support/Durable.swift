import Core
import Crypto
import Engine
import Formats
import Model
import Store
import Synchronization
import TestSupport

/// All that outlives a server: the database, the world, the repositories.
final class Durable: Sendable {
    let directory = TemporaryDirectory("engine")
    let storage: SQLiteStorage
    let world = FakeWorld()
    let source = FakeSource()
    let images = FakeImages()
    let logs = MemoryLogs()
    let clock: any WallClock
    let topology: TopologyHolder
    let refusal = Setting<String?>(nil)
    /// Whether services run on what is as a cluster.
    let isCluster: Bool

    init(
        clock: any WallClock = SkippingClock(), topology: TopologySnapshot = Durable.snapshot(), isCluster: Bool = false
    ) throws {
        self.clock = clock
        self.isCluster = isCluster
        self.topology = TopologyHolder(topology)
        storage = try SQLiteStorage(
            directory: directory.appending("data"), masterKey: MasterKey(Array(repeating: 7, count: 32)),
            program: "test", log: Log(level: .error) { _ in })
    }

    /// The environments `development` (targets `a` and `b` of the world `w`) and `production` (target `p`); and
    /// `crowd-N` (targets `aN` and `bN` of the world `wN`) for many services.
    static func snapshot(
        targets: [String] = ["a", "b"], crowds: Int = 0, parameters: [String: JSONValue] = ["region": "eu"],
        definition: ResourceDefinition? = value, domain: String? = nil, gates: [String: [Network]] = [:]
    ) -> TopologySnapshot {
        let worlds = (["w"] + (0..<crowds).map { "w\($0)" }).map { name in
            World(
                name: name, capabilities: [.deployProcess, .local], resourceRepositories: ["acme"], isTrusted: true,
                parameters: parameters, entrypoints: WorldEntrypoints(domain: domain), gates: gates)
        }
        let crowds = (0..<crowds).map { crowd in
            Environment(
                name: "crowd-\(crowd)",
                targets: ["a", "b"].map {
                    Target(name: "\($0)\(crowd)", environment: "crowd-\(crowd)", world: "w\(crowd)")
                })
        }
        let environments = [
            Environment(
                name: "development",
                targets: targets.map { Target(name: $0, environment: "development", world: "w") }),
            Environment(name: "production", targets: [Target(name: "p", environment: "production", world: "w")]),
        ]
        return TopologySnapshot(
            topology: Topology(
                worlds: worlds, environments: environments + crowds,
                environmentSets: [EnvironmentSet(name: "default", environments: ["development", "production"])]),
            catalogue: ResourceCatalogue([
                ResourceRepository(name: "acme", definitions: [definition, other].compactMap { $0 })
            ]))
    }

    static let value = ResourceDefinition(
        slug: "value", capability: .local, template: .null,
        outputs: [
            "value": ResourceOutput(.template("value"), isSecret: true),
            "url": ResourceOutput(
                .text(Template(parts: [.literal("x://"), .reference(Reference(.path(["outputs", "value"])))]))),
        ])
    static let other = ResourceDefinition(slug: "other", capability: .local, template: .null)

    func addRepository(_ name: String) async throws {
        let moment = clock.now()
        try await storage.write { transaction in
            try transaction.insert(
                CodeRepository(
                    id: Identifier.make(at: moment), name: name, url: "https://example.com/\(name).git",
                    provider: "github", defaultBranch: "main", createdAt: moment),
                secrets: RepositorySecrets())
        }
    }

    static func file(_ service: String, extra: String = "") -> String {
        """
        service: \(service)
        port: 5000
        command: [./run]
        requires: { users: value }
        env: { URL: "${requires.users.url}" }
        \(extra)
        """
    }

    func push(
        _ commit: String, over before: String? = nil, to repository: String, reference: String = "refs/heads/main",
        id: String? = nil
    ) -> Delivery {
        let push = RepositoryEvent.Push(
            reference: reference, before: before, after: commit, actor: "ada")
        return delivery(id ?? commit, .push(push), repository)
    }

    func delivery(_ id: String, _ content: RepositoryEvent, _ repository: String?) -> Delivery {
        let moment = clock.now()
        return Delivery(
            id: Identifier.make(at: moment),
            key: Delivery.Key(provider: "github", hook: repository ?? "@", delivery: id, digest: id),
            event: "push", repository: repository, content: content, receivedAt: moment)
    }
}

/// A value that a test changes while it is read elsewhere.
final class Setting<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }
    var current: Value { value.withLock { $0 } }
    func set(_ new: Value) { value.withLock { $0 = new } }
}
