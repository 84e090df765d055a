import Client
import Core
import Crypto
import Drivers
import Engine
import Glibc
import HTTPClient
import HTTPServer
import Model
import Store
import Synchronization
import TestSupport

@testable import API

/// The API over a real store, asked in the process or over a socket.
final class Harness: Sendable {
    static let token = "a-token-of-the-tests"
    static let secret = "It's a Secret to Everybody"

    let directory = TemporaryDirectory("deployd-api")
    let storage: SQLiteStorage
    let logs: FileDeploymentLogs
    let metrics = Metrics()
    let services: APIServices
    let lines = Lines()
    private let api: APIRouter
    private let router: HTTPRouter
    private let session = HTTPClientSession()
    private let server: WebServer
    private let address: BoundAddress

    init(limits: DeliveryLimits = DeliveryLimits()) async throws {
        let log = Log(level: .info) { [lines] in lines.append($0) }
        let spool = directory.appending("spool")
        mkdir(spool, 0o700)
        storage = try SQLiteStorage(
            directory: directory.appending("data"), masterKey: MasterKey(Array(repeating: 7, count: 32)),
            program: "test", log: log)
        logs = try FileDeploymentLogs(directory: directory.appending("logs"), log: log)
        let context = EngineContext(
            storage: storage, source: NoSource(), logs: logs, clock: SystemClock(), log: log,
            topology: TopologyHolder(Harness.snapshot), workloadDrivers: [], resourceDrivers: [])
        let reconcilers = Reconcilers(context: context)
        services = APIServices(
            context: context,
            versions: VersionService(storage: storage, clock: SystemClock(), reconcilers: reconcilers),
            rejections: RejectionService(context: context, reconcilers: reconcilers),
            deployments: DeploymentService(context: context, reconcilers: reconcilers),
            deliveries: DeliveryService(context: context, wakeIntake: Wake(), limits: limits),
            repositories: RepositoryService(context: context),
            instances: InstanceService(context: context, reconcilers: reconcilers),
            sharedResources: SharedResourceService(context: context, reconcilers: reconcilers),
            plans: PlanService(context: context, reconcilers: reconcilers),
            secrets: SecretService(context: context, reconcilers: reconcilers),
            resources: ResourceService(context: context),
            objects: ObjectService(topology: TopologyService(context: context, reconcilers: reconcilers)),
            applications: ApplicationService(context: context, reconcilers: reconcilers),
            backups: NoBackups(),
            metrics: metrics, spoolDirectory: spool, checkRepositoryURL: Harness.check, version: "1.2.3")
        api = APIRouter(services)
        router = api.router()
        var configuration = HTTPServerConfiguration(address: "127.0.0.1:0")
        configuration.timeouts.linger = .milliseconds(100)
        server = WebServer(configuration: configuration, router: router, metrics: metrics, log: log)
        address = try server.start()
        try await storage.write { transaction in
            try transaction.insert(
                Token(
                    id: "t1", name: "tester", role: .administrator, digest: Digest.sha256(of: Harness.token).hex,
                    createdAt: Timestamp(seconds: 0)))
        }
    }

    var operations: [API.Operation] { api.operations }
    var url: String { address.url }
    var port: UInt16 { UInt16(address.port) }

    func client(token: String? = Harness.token) throws -> APIClient {
        try APIClient(server: url, token: token.map(Secret.init), session: session)
    }

    private static func check(_ url: String) throws {
        guard url.hasPrefix("https://") else { throw DeploydError(.invalid, "use https://") }
    }

    /// The same answer by either way.
    func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String = "",
        token: String? = Harness.token, over transport: Transport = .process
    ) async throws -> Reply {
        let headers = headers + (token.map { [("Authorization", "Bearer \($0)")] } ?? [])
        switch transport {
        case .process:
            let request = try HTTPRequest(HTTPMethod(method), path, headers: headers, body: Array(body.utf8))
            let response = await router.respond(to: request)
            checkDocumented(response.status, method, path)
            return Reply(status: response.status, headers: response.headers, body: response.bytes ?? [])
        case .socket:
            var request = HTTPClientRequest(method, url + path, headers: headers)
            if !body.isEmpty { request.body = .bytes(Array(body.utf8)) }
            let response = try await session.send(request)
            checkDocumented(response.status, method, path)
            return Reply(status: response.status, headers: response.headers, body: response.body)
        }
    }

    func stop() async {
        await server.drain(deadline: .seconds(5))
        storage.close()
    }
}

enum Transport: CaseIterable, Sendable { case process, socket }

struct Reply: Sendable {
    let status: Int
    let headers: [(String, String)]
    let body: [UInt8]

    var json: JSONValue { (try? JSONValue.parse(body)) ?? .null }
    var text: String { String(decoding: body, as: UTF8.self) }
    func header(_ name: String) -> String? { headers.first { $0.0.lowercased() == name.lowercased() }?.1 }
}

/// What a log wrote.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    func append(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

/// A backup of which nothing is made here but its bytes.
struct NoBackups: Backups {
    func make() async throws -> any Backup { Bytes() }

    private final class Bytes: Backup {
        let size = 200_000
        func read(from offset: Int, maximumBytes: Int) async throws -> [UInt8] {
            Array(repeating: 7, count: min(maximumBytes, size - offset))
        }
    }
}

/// Nothing here fetches.
struct NoSource: SourceControl {
    func discard(spooled file: String) async {}
    func discardSpooled(olderThan age: Duration) async {}
    private var refusal: DeploydError { DeploydError(.unavailable, "no source in this test") }

    func fetch(
        _ repository: CodeRepository, _ secrets: RepositorySecrets, reference: String, commit: String?
    ) async throws -> String { throw refusal }
    func references(of repository: CodeRepository, _ secrets: RepositorySecrets) async throws -> [SourceHead] {
        throw refusal
    }
    func file(_ path: String, in repository: CodeRepository, at commit: String, limit: Int) async throws -> [UInt8]? {
        throw refusal
    }
    func folders(in path: String, of repository: CodeRepository, at commit: String) async throws -> [String] { [] }
    func treeHash(of path: String, in repository: CodeRepository, at commit: String) async throws -> String? { nil }
    func acceptTree(spooled file: String, isGzip: Bool) async throws -> String { throw refusal }
    func file(_ path: String, inTree digest: String, limit: Int) async throws -> [UInt8]? { throw refusal }
    func folders(in path: String, ofTree digest: String) async throws -> [String] { [] }
    func files(
        below folder: String, of source: SourceRevision, endingIn suffixes: [String], limit: Int, maximum: Int
    ) async throws -> [String: [UInt8]]? { nil }
    func export(_ source: SourceRevision, to directory: String) async throws { throw refusal }
    func forget(_ repository: CodeRepository) async throws {}
}
