import Synchronization

/// What a stream's producer made and its connection has not taken yet: the one object that both touch.
final class StreamChannel: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var isFinished = false
        /// Whether the producer's task is over, though the stream goes on.
        var isLeft = false
        var closed: HTTPStreamClosed?
        /// Whether the connection was told of content and has not looked yet: one notice at a time.
        var isNoticed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// What the connection finds when it looks.
    enum Content: Equatable {
        case bytes([UInt8])
        case nothing
        case end
        case tooSlow
    }

    private let state = Mutex(State())
    private let limit: Int
    private let notice: @Sendable () -> Void

    /// - Parameter notice: called, from any thread, when there is something to `take`.
    init(limit: Int, notice: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.notice = notice
    }

    var isOpen: Bool { state.withLock { $0.closed == nil } }
    var hasRoom: Bool { state.withLock { $0.closed == nil && $0.buffer.count <= limit / 2 } }
    var isLeft: Bool { state.withLock(\.isLeft) }

    // MARK: The producer's side

    func append(_ bytes: [UInt8]) throws(HTTPStreamClosed) {
        let (closed, notify) = state.withLock { state in
            guard state.closed == nil else { return (state.closed, false) }
            if !state.buffer.isEmpty, state.buffer.count + bytes.count > limit {
                state.closed = .tooSlow
                state.buffer = []
            } else if state.buffer.isEmpty {
                // Shared with all who are sent the same.
                state.buffer = bytes
            } else {
                state.buffer += bytes
            }
            return (state.closed, markNoticed(&state))
        }
        if notify { notice() }
        if let closed { throw closed }
    }

    func waitForRoom() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let ready = state.withLock { state -> CheckedContinuation<Void, Never>? in
                    if Task.isCancelled || state.closed != nil || state.buffer.count <= limit / 2 {
                        return continuation
                    }
                    // One waits at a time; an earlier one looks again.
                    defer { state.waiter = continuation }
                    return takeWaiter(&state)
                }
                ready?.resume()
            }
        } onCancel: {
            state.withLock { takeWaiter(&$0) }?.resume()
        }
        try Task.checkCancellation()
        if let closed = state.withLock(\.closed) { throw closed }
    }

    /// The producer has returned, and somebody else goes on in its place.
    func leave() {
        let notify = state.withLock { state in
            state.isLeft = true
            return markNoticed(&state)
        }
        if notify { notice() }
    }

    /// Nothing more comes.
    func finish() {
        let notify = state.withLock { state in
            state.isFinished = true
            return markNoticed(&state)
        }
        if notify { notice() }
    }

    // MARK: The connection's side

    func take() -> Content {
        let (content, waiter) = state.withLock { state -> (Content, CheckedContinuation<Void, Never>?) in
            state.isNoticed = false
            if state.closed == .tooSlow { return (.tooSlow, takeWaiter(&state)) }
            if state.buffer.isEmpty { return (state.isFinished ? .end : .nothing, nil) }
            let bytes = state.buffer
            state.buffer = []
            return (.bytes(bytes), takeWaiter(&state))
        }
        waiter?.resume()
        return content
    }

    /// The client is gone; the producer learns it at its next write.
    func close() {
        let waiter = state.withLock { state in
            if state.closed == nil { state.closed = .disconnected }
            state.buffer = []
            return takeWaiter(&state)
        }
        waiter?.resume()
    }

    private func markNoticed(_ state: inout State) -> Bool {
        defer { state.isNoticed = true }
        return !state.isNoticed
    }

    private func takeWaiter(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        defer { state.waiter = nil }
        return state.waiter
    }
}
