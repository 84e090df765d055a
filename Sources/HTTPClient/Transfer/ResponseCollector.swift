import Core
import Synchronization

/// Keeps a whole response, up to a limit, for one waiting task.
final class ResponseCollector: ResponseSink {
    private struct State {
        var head: HTTPClientResponseHead?
        var body: [UInt8] = []
        var continuation: CheckedContinuation<HTTPClientResponse, any Error>?
    }

    private let target: Target
    private let limit: Int
    private let state: Mutex<State>

    init(_ target: Target, limit: Int, _ continuation: CheckedContinuation<HTTPClientResponse, any Error>) {
        self.target = target
        self.limit = limit
        state = Mutex(State(continuation: continuation))
    }

    func begin(_ head: HTTPClientResponseHead) {
        state.withLock { $0.head = head }
    }

    func accept(_ bytes: UnsafeRawBufferPointer) -> Acceptance {
        state.withLock { state in
            guard state.body.count + bytes.count <= limit else { return .refused(target.tooLarge(limit)) }
            state.body.append(contentsOf: bytes)
            return .taken
        }
    }

    func finish(_ error: DeploydError?) {
        let (continuation, head, body) = state.withLock { state in
            defer { state = State() }
            return (state.continuation, state.head, state.body)
        }
        if let head, error == nil {
            continuation?.resume(returning: HTTPClientResponse(head: head, body: body))
        } else {
            continuation?.resume(
                throwing: error ?? DeploydError(.unavailable, "\(target.name) does not answer in HTTP"))
        }
    }
}
