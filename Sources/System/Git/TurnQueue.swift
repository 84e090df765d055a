import Core
import Synchronization

/// Lets one caller at a time do something, in the order they came, with a bound on those who wait.
final class TurnQueue: Sendable {
    private struct State {
        var isBusy = false
        var nextID: UInt64 = 0
        var waiting: [(id: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let maximumWaiting: Int
    private let what: String
    private let state = Mutex(State())

    /// - Parameter what: for messages, as in `the repository's mirror`.
    init(maximumWaiting: Int, what: String) {
        self.maximumWaiting = maximumWaiting
        self.what = what
    }

    /// Runs `body` when its turn comes.
    /// - Throws: what `body` throws; `DeploydError.exhausted` when too many wait; `CancellationError`.
    func turn<Value>(_ body: () async throws -> Value) async throws -> Value {
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
            try await withCheckedThrowingContinuation { continuation in
                let refusal: (any Error)?? = state.withLock { state in
                    if Task.isCancelled { return .some(CancellationError()) }
                    guard state.isBusy else {
                        state.isBusy = true
                        return .some(nil)
                    }
                    guard state.waiting.count < maximumWaiting else {
                        return DeploydError(.exhausted, "too much waits for \(what): try again later")
                    }
                    state.waiting.append((id, continuation))
                    return nil
                }
                switch refusal {
                case .some(.some(let error)): continuation.resume(throwing: error)
                case .some(nil): continuation.resume()
                case nil: break
                }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        let next: CheckedContinuation<Void, any Error>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isBusy = false
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume()
    }
}
