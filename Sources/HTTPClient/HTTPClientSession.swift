import Core
import Synchronization

/// Sends requests through libcurl's multi interface, on threads of its own, and reuses connections.
///
/// Making one costs nothing: libcurl and a thread start with the first request. Share one in a program.
public final class HTTPClientSession: Sendable {
    /// For how long a connection is kept that nothing uses.
    private let idleLimit: Duration
    private let exclusive = Mutex<TransferQueue?>(nil)
    /// For requests that share connections. Apart from the others: where libcurl 7.88 has seen HTTP/2 of a host once, it
    /// takes any connection there for one to be shared, and a request then waits behind a stream that never ends.
    private let shared = Mutex<TransferQueue?>(nil)

    public init(idleLimit: Duration = .seconds(90)) { self.idleLimit = idleLimit }

    deinit {
        exclusive.withLock { $0?.stop() }
        shared.withLock { $0?.stop() }
    }

    /// The whole response, whatever its status.
    /// - Throws: `DeploydError`: `invalid` (the request), `unavailable` (no connection, TLS, cut short), `timedOut`,
    ///   `tooLarge` (the response), `cancelled` (the task), `exhausted` (too many requests at once). The message names
    ///   the host.
    public func send(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let ticket = try (request.sharesConnection ? started(shared) : started(exclusive)).ticket()
        let target = try Target(request)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let sink = ResponseCollector(target, limit: request.maximumResponseBytes, continuation)
                ticket.queue.submit(Transfer(request, target, ticket, sink, streams: false))
            }
        } onCancel: {
            ticket.cancel()
        }
    }

    /// The response as soon as its headers are there; the body follows through the stream.
    /// - Throws: as `send`.
    public func stream(_ request: HTTPClientRequest) async throws -> HTTPClientStream {
        let ticket = try started(exclusive).ticket()
        let target = try Target(request)
        let channel = BodyChannel(target, ticket)
        let head = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                channel.awaitHead(continuation)
                ticket.queue.submit(Transfer(request, target, ticket, channel, streams: true))
            }
        } onCancel: {
            ticket.cancel()
        }
        return HTTPClientStream(head: head, channel: channel, session: self)
    }

    private func started(_ queue: borrowing Mutex<TransferQueue?>) throws(DeploydError) -> TransferQueue {
        try queue.withLock { (queue) throws(DeploydError) in
            if let queue { return queue }
            let made = try TransferQueue(idleLimit: idleLimit)
            try TransferLoop.start(made)
            queue = made
            return made
        }
    }
}
