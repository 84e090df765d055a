import Core
import Crypto
import Engine
import Model
import Store

extension Harness {
    static let start = Timestamp(seconds: 1_700_000_000)

    static var snapshot: TopologySnapshot {
        let worlds = [
            World(
                name: "develop", description: "Shared", labels: ["region": "eu"],
                capabilities: [.deployProcess, .local],
                resourceRepositories: ["acme"], isTrusted: true, parameters: ["region": "eu"]),
            World(name: "production"),
        ]
        let environments = [
            Environment(
                name: "development",
                targets: [Target(name: "develop-a", environment: "development", world: "develop")]),
            Environment(
                name: "production", labels: ["tier": "prod"],
                targets: [
                    Target(name: "live", environment: "production", world: "production", labels: ["kind": "live"]),
                    Target(name: "registry", environment: "production", world: nil, labels: ["kind": "registry"]),
                ]),
        ]
        let database = ResourceDefinition(
            slug: "database", description: "A database", capability: .aws, template: .null,
            outputs: [
                "host": ResourceOutput(.template("host")), "url": ResourceOutput(.template("url"), isSecret: true),
            ])
        return TopologySnapshot(
            topology: Topology(
                worlds: worlds, environments: environments,
                environmentSets: [
                    EnvironmentSet(
                        name: "default", environments: ["development", "production"], labels: ["kind": "web"])
                ]),
            catalogue: ResourceCatalogue([ResourceRepository(name: "acme", definitions: [database])]))
    }

    /// `acme/hello`, whose webhooks are signed with `Harness.secret`.
    func addRepository() async throws {
        try await storage.write { transaction in
            try transaction.insert(
                CodeRepository(
                    id: "r1", name: "acme/hello", url: "https://example.com/acme/hello.git", provider: "github",
                    defaultBranch: "main", createdAt: Harness.start),
                secrets: RepositorySecrets(webhookSecret: Secret(Harness.secret), password: Secret("hidden-password")))
        }
    }

    /// `hello` with an instance on `develop-a`, two releases and a resource with a secret.
    func addApplication() async throws {
        let instance = InstanceID(application: "hello", target: "develop-a")
        try await storage.write { transaction in
            try transaction.insert(
                Application(
                    name: "hello", description: "Says hello", owner: .init(repository: "acme/hello"),
                    settings: .init(environmentSets: ["default"], environments: []), createdAt: Harness.start))
            for version in ["v1", "v2"] {
                try transaction.insert(
                    Release(
                        application: "hello", version: version,
                        source: .commit(repository: "acme/hello", commit: version),
                        reference: "refs/tags/\(version)", file: [], createdAt: Harness.start))
            }
            try transaction.insert(
                Instance(
                    id: instance, environment: "development", world: "develop", since: Harness.start,
                    workload: Secret("hidden-workload"), entrypoints: ["web": "http://127.0.0.1:3042"],
                    createdAt: Harness.start))
            try transaction.insert(
                Resource(
                    id: "res1", instance: instance, name: "users", world: "develop", slug: "database",
                    repository: "acme", status: .ready, parameters: ["password": "hidden-parameter"],
                    outputs: ["host": .plain("db.example.com"), "url": .secret(Secret("hidden-output"))],
                    state: Secret("hidden-state"), createdAt: Harness.start, changedAt: Harness.start))
        }
    }

    func addDeployments(_ count: Int) async throws {
        try await storage.write { transaction in
            for number in 1...count {
                try transaction.insert(
                    Deployment(
                        id: "d\(100 + number)", instance: InstanceID(application: "hello", target: "develop-a"),
                        environment: "development", world: "develop", version: "v1",
                        status: number.isMultiple(of: 2) ? .failed : .succeeded, actor: "tester", cause: nil,
                        createdAt: Harness.start + .seconds(number)))
            }
        }
    }

    func addEvents(_ count: Int, from first: Int = 1) async throws {
        try await storage.write { transaction in
            for number in first..<first + count {
                try transaction.append(
                    EventDraft(
                        .versionDesired, actor: "tester", application: number.isMultiple(of: 2) ? "even" : "odd",
                        environment: "development", after: "v\(number)"),
                    at: Harness.start + .seconds(number))
            }
        }
    }
}
