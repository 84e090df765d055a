import Core
import HTTPClient

/// Sends requests to one API server: with its credentials, at a bounded rate, again where that may help.
final class Transport: Sendable {
    /// Of requests.
    private static let maximumWaiting = 20_000

    let connection: ClusterConnection
    let clock: any WallClock
    private let session: HTTPClientSession
    private let keeper: CredentialKeeper
    private let limits: ClientLimits
    private let rate: RateLimit
    private let places: Limiter
    private let retrier: Retrier

    init(
        _ connection: ClusterConnection, session: HTTPClientSession, keeper: CredentialKeeper,
        limits: ClientLimits,
        clock: any WallClock
    ) {
        self.connection = connection
        self.session = session
        self.keeper = keeper
        self.limits = limits
        self.clock = clock
        rate = RateLimit(perSecond: limits.requestsPerSecond, burst: limits.burst)
        places = Limiter(
            limits.concurrentRequests, maximumWaiting: Transport.maximumWaiting, what: connection.name)
        retrier = Retrier(clock: clock)
    }

    /// The whole answer of a request that succeeded.
    /// - Throws: `DeploydError`; its `apiStatus` is what the server said.
    func send(_ request: APIRequest) async throws -> HTTPClientResponse {
        do {
            return try await places.withPlace {
                try await retrier.run(within: request.deadline, advice: { RetryAdvice($0, request) }) {
                    remaining in
                    try await self.waitForTurn(patience: remaining)
                    return try await self.authorized { issue in
                        let response = try await self.session.send(self.request(request, issue, remaining))
                        try self.check(response.head, request) { response.body }
                        return response
                    }
                }
            }
        } catch {
            throw Retrier.readable(error)
        }
    }

    /// An answer that is read while it comes. It is tried once: who follows something begins again anyway.
    /// - Parameter idleTimeout: how long nothing may come.
    func stream(_ request: APIRequest, idleTimeout: Duration) async throws -> HTTPClientStream {
        do {
            try await waitForTurn(patience: request.deadline)
            return try await authorized { issue in
                var sent = self.request(request, issue, request.deadline)
                sent.idleTimeout = idleTimeout
                let stream = try await self.session.stream(sent)
                guard stream.status >= 300 else { return stream }
                let body = try await stream.collect()
                try self.check(stream.head, request) { body }
                return stream
            }
        } catch {
            throw Retrier.readable(error)
        }
    }

    private func waitForTurn(patience: Duration) async throws {
        guard let wait = rate.reserve(now: clock.now(), patience: patience) else {
            throw DeploydError(
                .exhausted, "too many requests wait for \(connection.name): try again later")
        }
        if wait > .zero { try await clock.sleep(for: wait) }
    }

    /// With credentials that were read anew where the server refuses those that were kept.
    private func authorized<Value: Sendable>(
        _ body: (CredentialKeeper.Issue) async throws -> Value
    ) async throws -> Value {
        let issue = try await keeper.current()
        do { return try await body(issue) } catch let error as DeploydError {
            guard error.apiStatus?.code == 401, await keeper.refused(issue.number) else { throw error }
        }
        return try await body(try await keeper.current())
    }

    private func request(
        _ request: APIRequest, _ issue: CredentialKeeper.Issue, _ remaining: Duration
    ) -> HTTPClientRequest {
        var headers = [("Accept", request.accept)]
        if let authorization = issue.credential.authorization {
            headers.append(("Authorization", authorization.reveal()))
        }
        headers += connection.impersonation.map { ($0.header, $0.value) }
        if let type = request.contentType { headers.append(("Content-Type", type)) }
        return HTTPClientRequest(
            request.method, connection.server + request.target, headers: headers,
            body: request.body.map { .bytes($0) } ?? HTTPClientRequest.Body.none,
            timeout: max(.milliseconds(1), min(remaining, limits.attemptTimeout)),
            maximumResponseBytes: request.maximumResponseBytes, tls: issue.credential.tls(connection),
            proxy: connection.proxy, sharesConnection: limits.sharesConnection)
    }

    private func check(
        _ head: HTTPClientResponseHead, _ request: APIRequest, _ body: () -> [UInt8]
    ) throws(DeploydError) {
        guard !(200..<300).contains(head.status) else { return }
        let status = APIStatus(code: head.status, body: body(), retryAfter: head.header("Retry-After"))
        throw status.error(for: request.subject, cluster: connection.name)
    }
}
