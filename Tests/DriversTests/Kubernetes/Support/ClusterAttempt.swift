import Core
import Model

@testable import Drivers

/// A deployment to a cluster as the engine performs it.
struct ClusterAttempt {
    let cluster: PlayedCluster
    var version: String
    var previous: Secret?
    var instance = InstanceIdentity(application: "hello", target: "cluster")
    var strategy = UpdateStrategy.rolling
    var onFailure = FailureResponse.rollback
    var deadline = Duration.seconds(30)
    var adopts = false
    var environment: [String: String] = [:]
    var command: [String] = []
    /// A folder.
    var manifests: String?
    /// Whether a fault on the way is met as the engine meets it, by trying again.
    var isPatient = false
    let log = RecordedLog()

    init(_ cluster: PlayedCluster, _ version: String, previous: Secret? = nil) {
        self.cluster = cluster
        self.version = version
        self.previous = previous
    }

    var steps: [WorkloadStep] {
        cluster.driver.steps(
            WorkloadShape(
                hasBuild: false, hasBeforeDeploy: false, hasEntrypoints: false, hasPrevious: previous != nil,
                strategy: strategy))
    }

    var request: WorkloadRequest {
        get throws {
            var spec = WorkloadSpec(
                build: nil, command: command.map(Secret.init), environment: environment.mapValues(Secret.init),
                ports: ["http": 5000],
                health: HealthProbe(
                    kind: .tcp(port: "http"), interval: .seconds(1), timeout: .seconds(1), deadline: deadline),
                limits: WorkloadLimits(), drain: .seconds(5), entrypoints: [:], secrets: [])
            spec.image = ImageReference(
                name: "registry.example.com/hello", digest: "sha256:\(Digest64.of(version))")
            spec.strategy = strategy
            spec.onFailure = onFailure
            spec.kubernetes.adopts = adopts
            spec.manifests = manifests
            return WorkloadRequest(
                instance: InstanceID(application: instance.application, target: instance.target), identity: instance,
                environment: "test", world: "cluster", deployment: "d-\(version)",
                release: Release(
                    application: instance.application, version: version, source: .tree(digest: version),
                    reference: nil, file: [], createdAt: Timestamp(seconds: 0)), spec: spec,
                addresses: WorkloadAddresses(listen: ["http": 5000], entrypoints: [:], environment: [:]),
                previous: previous)
        }
    }

    func perform(_ step: WorkloadStep) async throws -> Secret? {
        var tries = 0
        while true {
            do { return try await cluster.driver.perform(step, try request, log) } catch let error as DeploydError
                where isPatient && error.code.isTransient && tries < 100
            {
                tries += 1
                log.line("\(error.message); trying again")
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// - Returns: what was logged.
    func apply() async throws -> [String] {
        _ = try await perform(KubernetesSteps.apply)
        return log.lines
    }

    /// Performs every step, while `play` does what the controllers do once the objects are applied.
    /// - Returns: what the commit gave to be recorded.
    func run(_ play: @Sendable () async throws -> Void) async throws -> Secret {
        var recorded: Secret?
        for step in steps {
            if step.kind == .health {
                async let result = perform(step)
                try await play()
                recorded = try await result ?? recorded
            } else {
                recorded = try await perform(step) ?? recorded
            }
        }
        guard let recorded else { throw DeploydError(.internal, "no step was the commit") }
        return recorded
    }

    /// The verdict that ends it.
    func verdict(_ play: @Sendable () async throws -> Void) async throws -> String? {
        do {
            _ = try await run(play)
            return nil
        } catch let error as DeploydError {
            return "\(error.code.rawValue): \(error.message)"
        }
    }

    func abandon() async throws -> Secret? { try await cluster.driver.abandon(try request, log) }
}

enum Digest64 {
    /// 64 hexadecimal digits that a version stands for.
    static func of(_ version: String) -> String {
        let digits = version.utf8.map { byte in String(byte, radix: 16) }.joined()
        return String((digits + String(repeating: "0", count: 64)).prefix(64))
    }
}
