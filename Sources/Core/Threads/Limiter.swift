import Synchronization

/// At most `limit` holders at a time; who comes first is served first, and so many may wait.
public final class Limiter: Sendable {
    private struct State {
        var free: Int
        var nextTicket = 0
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let maximumWaiting: Int
    private let what: String
    private let state: Mutex<State>

    /// - Parameters:
    ///   - maximumWaiting: no bound where whoever comes is bounded otherwise.
    ///   - what: is waited for, as messages name it: `the repository's mirror`.
    public init(_ limit: Int, maximumWaiting: Int = .max, what: String = "a place") {
        self.maximumWaiting = maximumWaiting
        self.what = what
        state = Mutex(State(free: max(1, limit)))
    }

    /// How many wait now.
    public var waiting: Int { state.withLock(\.waiting.count) }

    /// - Throws: `DeploydError` `exhausted` when too many wait; `CancellationError` when the task is cancelled while it
    ///   waits; nothing is held then. And what `body` throws.
    public func withPlace<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await acquire()
        defer { release() }
        return try await body()
    }

    private func acquire() async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enum Outcome { case waits, granted, cancelled, refused }
                let outcome: Outcome = state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    if state.free > 0 {
                        state.free -= 1
                        return .granted
                    }
                    guard state.waiting.count < maximumWaiting else { return .refused }
                    state.waiting.append((ticket, continuation))
                    return .waits
                }
                // Outside of the lock, which the handler of a cancellation takes.
                switch outcome {
                case .waits: break
                case .granted: continuation.resume()
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .refused:
                    continuation.resume(
                        throwing: DeploydError(.exhausted, "too much waits for \(what): try again later"))
                }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0).continuation }
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func release() {
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil as CheckedContinuation<Void, any Error>?
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume()
    }
}
