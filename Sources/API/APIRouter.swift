import Client
import Core
import Formats
public import HTTPServer
import Model

/// Puts the operations behind their paths.
struct APIRouter: Sendable {
    private static let guarded = "/api/v1"

    private let services: APIServices
    private let authenticator: Authenticator
    private let idempotency: IdempotencyStore
    let operations: [Operation]

    init(_ services: APIServices) {
        self.services = services
        authenticator = Authenticator(storage: services.storage, clock: services.clock)
        idempotency = IdempotencyStore(clock: services.clock)
        let keys = RepositoryKeys(storage: services.storage)
        let monitor = HookMonitor(metrics: services.metrics, log: services.log, clock: services.clock)
        let threads = BlockingThreads("hooks", maximumThreads: 2, maximumWaiting: 64)
        let hooks = HookRoutes(
            github: GitHubHook(services: services, keys: keys, monitor: monitor, threads: threads),
            filesystem: FilesystemHook(services: services, monitor: monitor, threads: threads),
            spoolDirectory: services.spoolDirectory)
        let features: [[Operation]] = [
            ApplicationRoutes(services: services).operations,
            ApplicationChangeRoutes(services: services).operations, InstanceRoutes(services: services).operations,
            PlanRoutes(services: services).operations, SecretRoutes(services: services).operations,
            VersionRoutes(services: services).operations, RejectionRoutes(services: services).operations,
            DeploymentRoutes(services: services).operations, EventRoutes(services: services).operations,
            WorldRoutes(services: services).operations, WorldStateRoutes(services: services).operations,
            ResourceRepositoryRoutes(services: services).operations,
            ResourceRoutes(services: services).operations, EnvironmentRoutes(services: services).operations,
            EnvironmentSetRoutes(services: services).operations,
            ObjectKind.allCases.flatMap { ObjectRoutes(services: services, kind: $0).operations },
            RepositoryRoutes(services: services, keys: keys).operations,
            DeliveryRoutes(services: services).operations, TokenRoutes(services: services).operations,
            hooks.operations, BackupRoutes(services: services).operations, SystemRoutes(services: services).operations,
        ]
        let served = features.flatMap { $0 }
        operations = served + DocumentationRoutes(operations: served, version: services.version).operations
    }

    func router() -> HTTPRouter {
        var router = HTTPRouter()
        for operation in operations {
            router.on(
                operation.method, operation.path, body: operation.body?.policy ?? .none, admit: admission(operation),
                handler(operation))
        }
        UnbuiltPaths.install(in: &router, beside: operations) { authenticator.refusal(of: $0) }
        router.renderProblem = { problem, request in render(problem, request) }
        return router
    }

    private func admission(_ operation: Operation) -> HTTPAdmission? {
        guard case .token = operation.access else { return nil }
        return { authenticator.refusal(of: $0) }
    }

    private func handler(_ operation: Operation) -> HTTPHandler {
        switch operation.handler {
        case .immediate(let handler): .immediate(handler)
        case .callback(let handler): .callback(handler)
        case .reading(let handler): .callback { read($0, operation, handler, $1) }
        case .task(let handler): .task { try await answer($0, operation, handler) }
        }
    }

    private func answer(
        _ request: HTTPRequest, _ operation: Operation,
        _ handler: @escaping @Sendable (APIRequest) async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        let call = try call(request, operation)
        do {
            guard operation.method == .post, operation.path.hasPrefix(APIRouter.guarded) else {
                return try await handler(call)
            }
            return try await idempotency.answer(to: call) { try await handler(call) }
        } catch {
            log(error, operation)
            throw error
        }
    }

    private func read(
        _ request: HTTPRequest, _ operation: Operation,
        _ handler: @escaping @Sendable (APIRequest, any StorageReader) throws -> HTTPResponse,
        _ later: () -> HTTPResponder
    ) -> HTTPResponse? {
        do {
            let call = try call(request, operation)
            let responder = later()
            services.storage.read({ try handler(call, $0) }) { result in
                responder.respond(answer(result, request, operation))
            }
            return nil
        } catch {
            return answer(.failure(error), request, operation)
        }
    }

    private func answer(
        _ result: Result<HTTPResponse, any Error>, _ request: HTTPRequest, _ operation: Operation
    ) -> HTTPResponse {
        do {
            return try result.get()
        } catch {
            log(error, operation)
            return render(HTTPProblem(describing: error), request)
        }
    }

    private func call(_ request: HTTPRequest, _ operation: Operation) throws -> APIRequest {
        try APIRouter.checkQuery(request, operation)
        var token: Token?
        if case .token = operation.access { token = try authenticator.token(of: request) }
        return APIRequest(http: request, token: token, id: Identifier.make(at: services.clock.now()))
    }

    /// A filter that is misspelled must not quietly give everything.
    private static func checkQuery(_ request: HTTPRequest, _ operation: Operation) throws(DeploydError) {
        let names = operation.parameters.map(\.name)
        for (name, _) in request.query where !names.contains(name) {
            throw DeploydError(.invalid, "unknown query parameter '\(name)'" + NearestName.hint(name, in: names))
        }
    }

    private func log(_ error: any Error, _ operation: Operation) {
        let isOurs = error is HTTPProblem || error is CancellationError
        guard !isOurs, (error as? DeploydError)?.code ?? .internal == .internal else { return }
        services.log.error("a request failed", ["operation": operation.id, "error": "\(error)"])
    }

    /// What there is and is not under `/api/v1` is told only to those with a token.
    private func render(_ problem: HTTPProblem, _ request: HTTPRequest?) -> HTTPResponse {
        if let request, problem.status == 404 || problem.status == 405, request.segments.starts(with: ["api", "v1"]),
            let refusal = authenticator.refusal(of: request)
        {
            return refusal
        }
        return problem.response
    }
}

/// Everything that the server answers but the web page.
public func makeRouter(_ services: APIServices) -> HTTPRouter { APIRouter(services).router() }
