import Core
import HTTPServer

/// Runs `body` with a server on a free port of loopback, which is drained afterwards.
func withServer<Result: Sendable>(
    _ router: HTTPRouter, metrics: Metrics = Metrics(), log: Log = Log(level: .error, write: { _ in }),
    configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    _ body: @Sendable (WebServer, BoundAddress) async throws -> Result
) async throws -> Result {
    var configuration = HTTPServerConfiguration(address: "127.0.0.1:0")
    configure(&configuration)
    let server = WebServer(configuration: configuration, router: router, metrics: metrics, log: log)
    let address = try server.start()
    do {
        let result = try await body(server, address)
        await server.drain(deadline: .zero)
        return result
    } catch {
        await server.drain(deadline: .zero)
        throw error
    }
}

/// Runs what blocks on a thread of its own.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try OSThread.detach("test-client") { continuation.resume(with: Swift.Result(catching: body)) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}
