import Client
import Core
import HTTPClient
import Testing

/// A registered repository with its webhooks, and what becomes of its pushes on the target `local`.
struct Project: Sendable {
    let server: RunningServer
    let repository: GitRepository
    let sender: GitHubSender
    let application: String
    let target: String

    init(
        _ server: RunningServer, repository name: String = "acme/hello", application: String = "hello",
        target: String = "local"
    ) async throws {
        self.server = server
        self.application = application
        self.target = target
        repository = try await GitRepository(name, in: server.folder.path, runner: server.runner)
        sender = GitHubSender(server: server.url, repository: repository, http: server.http)
        _ = try await server.api.addRepository(
            .init(name: name, url: repository.url, provider: "github", secret: repository.secret))
    }

    private init(_ project: Project, application: String) {
        server = project.server
        repository = project.repository
        sender = project.sender
        target = project.target
        self.application = application
    }

    /// The same with another name of its service.
    func named(_ application: String) -> Project { Project(self, application: application) }

    /// Commits a service, pushes it and announces it.
    /// - Returns: the version.
    @discardableResult
    func push(_ service: TestService) async throws -> String {
        let commit = try await repository.push(service.files)
        try await announce(commit)
        return commit
    }

    /// - Returns: the delivery's id.
    @discardableResult
    func announce(_ commit: String, reference: String = "refs/heads/main") async throws -> String {
        let answer = try await sender.send(sender.push(commit, reference: reference))
        guard answer.status == 202, let delivery = answer.delivery else {
            throw RunningServer.Failure("the webhook was answered \(answer)", server)
        }
        return delivery
    }

    /// Pushes a service and waits until it runs.
    @discardableResult
    func deploy(_ service: TestService) async throws -> String {
        let version = try await push(service)
        try await runs(version)
        return version
    }

    /// Waits until a version is deployed, healthy, and its deployment has ended.
    func runs(_ version: String) async throws {
        try await server.expect("version \(version) to run") {
            guard let instance = try await instance() else { return false }
            if instance.failedDeployment != nil, instance.version.desired == version {
                throw RunningServer.Failure("\(try await deployments())", server)
            }
            return instance.version == .init(desired: version, deployed: version) && instance.health == .healthy
        }
        _ = try await ended(version)
    }

    /// Waits until the newest deployment of a version has ended.
    func ended(_ version: String) async throws -> Wire.Deployment {
        var found: Wire.Deployment?
        try await server.expect("a deployment of \(version) to end") {
            found = try await deployments().first { $0.version == version }
            return found?.status.isFinal == true
        }
        guard let found else { throw RunningServer.Failure("no deployment of \(version)", server) }
        return found
    }

    /// Waits until a delivery was processed.
    func processed(_ id: String) async throws -> Wire.Delivery {
        let api = try server.api
        try await server.expect("delivery \(id) to be processed") { try await api.delivery(id).status.isFinal }
        return try await api.delivery(id)
    }

    /// nil before there is one.
    func instance() async throws -> Wire.Instance? {
        do { return try await server.api.instance(application, target: target) } catch let error as DeploydError {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Newest first.
    func deployments() async throws -> [Wire.Deployment] {
        try await server.api.deployments(application: application, limit: 500).items
    }

    /// Oldest first.
    func events() async throws -> [Wire.Event] { try await server.api.events(limit: 500).items.reversed() }

    var entrypoint: String {
        get async throws {
            guard let url = try await instance()?.entrypoints["web"]?.url else {
                throw RunningServer.Failure("\(application) has no entrypoint", server)
            }
            return url
        }
    }

    /// What the entrypoint answers.
    func answer(_ path: String = "/") async throws -> String {
        try await server.http.send(HTTPClientRequest("GET", try await entrypoint + path, timeout: .seconds(60))).text
    }

    /// The process that serves.
    func servingPid() async throws -> Int32? { Int32(try await answer("/pid")) }

    func load(rate: Int = 200) async throws -> Load {
        try Load(try await entrypoint, rate: rate, in: server.folder.path)
    }

    /// Waits until the deployment of a version has come to a step.
    func reaches(_ step: String, of version: String) async throws {
        try await server.expect("the step '\(step)' of \(version)") {
            guard let deployment = try await deployments().first(where: { $0.version == version }) else { return false }
            return deployment.steps.contains { $0.name == step && $0.startedAt != nil }
        }
    }
}

extension [Wire.Event] {
    /// The versions that were deployed, in this order.
    var deployedVersions: [String] { filter { $0.type == "version.deployed" }.compactMap(\.after) }
    /// Whether the numbers follow one another from 1 without a gap.
    var isWithoutGap: Bool { map(\.id) == (0..<Int64(count)).map { $0 + 1 } }
}
