import Core
import HTTPClient
import Model

@testable import Drivers

/// A deployment as the engine performs it: addresses, then step by step.
struct Attempt {
    let world: ProcessWorld
    let release: Release
    var instance = InstanceIdentity(application: "hello", target: "local")
    var deployment: String
    var command = ["python3", "hello.py"]
    var build: [String]?
    var beforeDeploy: [String]?
    var ports = ["http": 5000]
    var entrypoints = ["web": WorkloadEntrypoint(port: "http")]
    var environment: [String: String] = [:]
    var replicas = 1
    var health = HealthProbe(
        kind: .http(path: "/healthz", port: "http"), interval: .milliseconds(200), timeout: .seconds(5),
        deadline: .seconds(60))
    var drain = Duration.seconds(5)
    var secrets: [Secret] = []
    var previous: Secret?
    var log = RecordedLog()

    init(_ world: ProcessWorld, _ deployment: String, commit: String, previous: Secret? = nil) async throws {
        self.world = world
        self.deployment = deployment
        self.previous = previous
        let repository = world.repository.repository
        let fetched = try await world.source.fetch(
            repository, RepositorySecrets(), reference: "refs/heads/main", commit: commit)
        release = Release(
            application: "hello", version: fetched, source: .commit(repository: repository.name, commit: fetched),
            reference: "refs/heads/main", file: [], createdAt: Timestamp(seconds: 0))
    }

    var steps: [WorkloadStep] {
        world.driver().steps(
            WorkloadShape(
                hasBuild: build != nil, hasBeforeDeploy: beforeDeploy != nil, hasEntrypoints: !entrypoints.isEmpty,
                hasPrevious: previous != nil))
    }

    func request() async throws -> WorkloadRequest {
        let addresses = try await world.driver().addresses(
            for: instance, ports: ports, entrypoints: entrypoints, replicas: replicas, previous: previous)
        let spec = WorkloadSpec(
            build: build, command: command.map(Secret.init), beforeDeploy: beforeDeploy?.map(Secret.init),
            environment: environment.mapValues(Secret.init),
            ports: ports, health: health, limits: WorkloadLimits(), drain: drain, entrypoints: entrypoints,
            secrets: secrets)
        return WorkloadRequest(
            instance: InstanceID(application: instance.application, target: instance.target), identity: instance,
            environment: "local", world: "local", deployment: deployment, release: release,
            spec: spec, further: Array(repeating: spec, count: replicas - 1), addresses: addresses, previous: previous)
    }

    /// Performs every step, each as often as `times` says and with a driver of its own, as after restarts.
    /// - Returns: what the commit step gave to be recorded.
    @discardableResult
    func run(times: Int = 1) async throws -> Secret {
        var recorded: Secret?
        for step in steps {
            for _ in 0..<times { recorded = try await perform(step) ?? recorded }
        }
        guard let recorded else { throw DeploydError(.internal, "no step was the commit") }
        return recorded
    }

    func perform(_ step: WorkloadStep) async throws -> Secret? {
        try await world.driver().perform(step, request(), log)
    }

    /// The verdict that ends it; nil when it succeeds.
    func verdict() async throws -> DeploydError? {
        do {
            try await run()
            return nil
        } catch let error as DeploydError {
            return error
        }
    }

    func abandon() async throws { try await world.driver().abandon(request(), log) }

    /// What the entrypoint answers to `GET /`.
    func answer() async throws -> String {
        let url = try await request().addresses.entrypoints["web"] ?? ""
        return try await world.client.send(.init("GET", "\(url)/", timeout: .seconds(10))).text
    }
}
