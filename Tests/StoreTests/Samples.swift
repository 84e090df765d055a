import Core
import Crypto
import Model
import TestSupport

@testable import Store

/// A storage in a directory of its own.
struct Fixture {
    let directory = TemporaryDirectory("store")
    let key: MasterKey
    let storage: SQLiteStorage

    init(limits: Database.Limits = .init()) throws {
        key = MasterKey.random()
        storage = try SQLiteStorage(
            directory: directory.path, masterKey: key, program: "1.0", limits: limits, log: Log(level: .error))
    }

    /// Opened anew with `key`.
    func reopened(with key: MasterKey) throws -> SQLiteStorage {
        storage.close()
        return try SQLiteStorage(directory: directory.path, masterKey: key, program: "1.0")
    }

    func insert(_ applications: Application...) async throws {
        try await storage.write { writer in for one in applications { try writer.insert(one) } }
    }
}

func moment(_ second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000 + 123_456) }

enum Sample {
    static let repository = CodeRepository(
        id: "r1", name: "acme/hello", url: "https://example.com/acme/hello.git", provider: "github",
        defaultBranch: "main", createdAt: moment(1))
    static let secrets = RepositorySecrets(
        webhookSecret: Secret("hunter2-webhook"), username: "hunter2-user", password: Secret("hunter2-password"))

    static func delivery(
        _ id: String, content: RepositoryEvent = .ping, status: Delivery.Status = .accepted,
        notBefore: Timestamp? = nil,
        repository: String? = "acme/hello"
    ) -> Delivery {
        Delivery(
            id: id, key: Delivery.Key(provider: "github", hook: "7", delivery: "d-\(id)", digest: "00ff"),
            event: "push", repository: repository, content: content, receivedAt: moment(2), status: status,
            notBefore: notBefore)
    }

    static func application(_ name: String) -> Application {
        Application(
            name: name, description: "Says \"hello\"", url: "https://example.com", labels: ["team": "shop"],
            owner: .init(repository: "acme/hello", path: "services/\(name)"),
            settings: .init(environmentSets: ["default"], environments: ["qa"]), createdAt: moment(3))
    }

    static func secret(_ name: String, environment: String = "development") -> ApplicationSecret {
        ApplicationSecret(
            place: .init(application: "hello", environment: environment), name: name, actor: "ada", since: moment(4))
    }

    static func instance(_ application: String, _ target: String = "develop-a") -> Instance {
        Instance(
            id: InstanceID(application: application, target: target), environment: "development", world: "develop",
            desired: "v2", deployed: "v1", health: .degraded, healthReason: "no answer",
            replicas: ReplicaCount(healthy: 2, total: 3), since: moment(4), inputs: "sha256:aa",
            secrets: ["KEY": "0f"], workload: Secret("hunter2-workload"), entrypoints: ["web": "http://127.0.0.1:3042"],
            verdict: .init(version: "v2", inputs: "sha256:bb", deployment: "x1"),
            lifecycle: Lifecycle(.stopping, actor: "ada", cause: Cause(.request, "r1"), reason: "it is busy"),
            createdAt: moment(4))
    }

    static func deployment(
        _ id: String, _ application: String = "hello", target: String = "develop-a",
        status: Deployment.Status = .pending
    ) -> Deployment {
        Deployment(
            id: id, instance: InstanceID(application: application, target: target), environment: "development",
            world: "develop", version: "v2", status: status, reason: "waits", inputs: "sha256:cc",
            previous: Secret("hunter2-previous"), actor: "ada", cause: Cause(.delivery, "d1"), isRestart: true,
            createdAt: moment(5),
            startedAt: moment(6),
            steps: [
                DeploymentStep(name: "users", kind: .resource, status: .failed, reason: "no", startedAt: moment(6)),
                DeploymentStep(name: "start", kind: .workload, isCommit: true),
            ])
    }

    /// What a world has for everyone.
    static func shared(_ id: String, of world: String = "develop", name: String = "smtp") -> Resource {
        Resource(
            id: id, instance: nil, name: name, world: world, slug: "relay", repository: "acme", createdAt: moment(7),
            changedAt: moment(8))
    }

    static func resource(_ id: String, _ application: String = "hello", name: String = "users") -> Resource {
        Resource(
            id: id, instance: InstanceID(application: application, target: "develop-a"), name: name,
            world: "develop", slug: "postgres", repository: "acme", commit: "c0ffee", status: .ready,
            reason: nil,
            parameters: ["password": "hunter2-parameter"],
            secretParameters: ["generated": Secret("hunter2-generated")],
            outputs: ["host": .plain("127.0.0.1"), "url": .secret(Secret("hunter2-output"))], definition: "sha256:dd",
            state: Secret("hunter2-state"), createdAt: moment(7), changedAt: moment(8))
    }
}
