import Core
import Synchronization

/// Holds at most a little of a response's body between the curl thread and one reader.
///
/// At `high` bytes the transfer is paused, and so in the end is the sender, by TCP; it goes on when the reader has taken
/// what there is.
final class BodyChannel: ResponseSink {
    static let high = 256 << 10

    private enum Reader {
        case none
        case head(CheckedContinuation<HTTPClientResponseHead, any Error>)
        case body(CheckedContinuation<[UInt8]?, any Error>)
    }

    private struct State {
        var reader = Reader.none
        var chunks: [[UInt8]] = []
        var buffered = 0
        var isPaused = false
        var isFinished = false
        var error: DeploydError?
    }

    let target: Target
    private let ticket: Ticket
    private let state = Mutex(State())

    init(_ target: Target, _ ticket: Ticket) {
        self.target = target
        self.ticket = ticket
    }

    func cancel() {
        // A finished transfer needs no message to its thread.
        if !state.withLock(\.isFinished) { ticket.cancel() }
    }

    /// Before the transfer is submitted: who waits for its headers.
    func awaitHead(_ continuation: CheckedContinuation<HTTPClientResponseHead, any Error>) {
        state.withLock { $0.reader = .head(continuation) }
    }

    func begin(_ head: HTTPClientResponseHead) {
        if case .head(let continuation) = takeReader() { continuation.resume(returning: head) }
    }

    func accept(_ bytes: UnsafeRawBufferPointer) -> Acceptance {
        let (acceptance, reader): (Acceptance, Reader) = state.withLock { state in
            if case .body = state.reader {
                defer { state.reader = .none }
                return (.taken, state.reader)
            }
            guard state.buffered < BodyChannel.high else {
                state.isPaused = true
                return (.later, .none)
            }
            state.chunks.append(Array(bytes))
            state.buffered += bytes.count
            return (.taken, .none)
        }
        if case .body(let continuation) = reader { continuation.resume(returning: Array(bytes)) }
        return acceptance
    }

    func finish(_ error: DeploydError?) {
        let reader = state.withLock { state in
            state.isFinished = true
            state.error = error
            defer { state.reader = .none }
            return state.reader
        }
        switch reader {
        case .none: break
        case .head(let continuation):
            continuation.resume(
                throwing: error ?? DeploydError(.unavailable, "\(target.name) does not answer in HTTP"))
        case .body(let continuation):
            if let error { continuation.resume(throwing: error) } else { continuation.resume(returning: nil) }
        }
    }

    /// The next bytes; nil at the end.
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (result, resumes) = state.withLock { BodyChannel.take(&$0, continuation) }
                if resumes { ticket.resume() }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// What the reader gets at once; nil when it has to wait. And whether a paused transfer should go on.
    private static func take(
        _ state: inout State, _ continuation: CheckedContinuation<[UInt8]?, any Error>
    ) -> (Result<[UInt8]?, any Error>?, resumes: Bool) {
        if !state.chunks.isEmpty {
            // One array after the other: `joined()` goes byte by byte, a hundred times as slow.
            var bytes = state.chunks[0]
            bytes.reserveCapacity(state.buffered)
            for chunk in state.chunks.dropFirst() { bytes += chunk }
            state.chunks = []
            state.buffered = 0
            defer { state.isPaused = false }
            return (.success(bytes), state.isPaused)
        }
        if let error = state.error { return (.failure(error), false) }
        if state.isFinished { return (.success(nil), false) }
        guard case .none = state.reader else {
            return (.failure(DeploydError(.internal, "two tasks read one response")), false)
        }
        state.reader = .body(continuation)
        return (nil, false)
    }

    private func takeReader() -> Reader {
        state.withLock { state in
            defer { state.reader = .none }
            return state.reader
        }
    }
}
