import Core
import Synchronization

/// Sends requests through libcurl's multi interface, on one thread of its own, and reuses connections.
///
/// Making one costs nothing: libcurl and the thread start with the first request. Share one in a program.
public final class HTTPClientSession: Sendable {
    private let queue = Mutex<TransferQueue?>(nil)

    public init() {}

    deinit { queue.withLock { $0?.stop() } }

    /// The whole response, whatever its status.
    /// - Throws: `DeploydError`: `invalid` (the request), `unavailable` (no connection, TLS, cut short), `timedOut`,
    ///   `tooLarge` (the response), `cancelled` (the task), `exhausted` (too many requests at once). The message names
    ///   the host.
    public func send(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let ticket = try startedQueue().ticket()
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
        let ticket = try startedQueue().ticket()
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

    private func startedQueue() throws(DeploydError) -> TransferQueue {
        try queue.withLock { (queue) throws(DeploydError) in
            if let queue { return queue }
            let made = try TransferQueue()
            try TransferLoop.start(made)
            queue = made
            return made
        }
    }
}
