import Core
import Synchronization

/// Lets so many requests through at once. Others wait in the order they came.
final class RequestGate: Sendable {
    private struct State {
        var free: Int
        var nextID = 0
        var waiting: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let maximumWaiting: Int
    private let state: Mutex<State>

    init(places: Int, maximumWaiting: Int = 20_000) {
        self.maximumWaiting = maximumWaiting
        state = Mutex(State(free: max(1, places)))
    }

    /// How many wait now.
    var waiting: Int { state.withLock(\.waiting.count) }

    /// - Throws: `DeploydError` `exhausted`, `cancelled`, and what `body` throws.
    func pass<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                enum Outcome { case enters, waits, refused, cancelled }
                let outcome: Outcome = state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    if state.free > 0 {
                        state.free -= 1
                        return .enters
                    }
                    guard state.waiting.count < maximumWaiting else { return .refused }
                    state.waiting.append((id, continuation))
                    return .waits
                }
                // Outside the lock, which the handler of a cancellation takes.
                switch outcome {
                case .waits: break
                case .enters: continuation.resume()
                case .cancelled: continuation.resume(throwing: RequestGate.cancelled)
                case .refused:
                    continuation.resume(
                        throwing: DeploydError(
                            .exhausted, "too many requests wait for the cluster: try again later"))
                }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).continuation }
            }
            waiter?.resume(throwing: RequestGate.cancelled)
        }
    }

    private func leave() {
        let next: CheckedContinuation<Void, any Error>? = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume()
    }

    private static var cancelled: DeploydError {
        DeploydError(.cancelled, "the request was cancelled before it was sent")
    }
}
