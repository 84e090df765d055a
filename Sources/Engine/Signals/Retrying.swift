import Core
import Model

/// Tries again what failed on the way, at most as often as a policy says.
struct Retrying: Sendable {
    let policy: RetryPolicy
    let clock: any WallClock

    /// - Parameter onFailure: called before each wait, with how long it is.
    /// - Throws: what is no error on the way, or `.invalid` when no try is left; `CancellationError` while it waits.
    func run<Value>(
        _ name: String, _ body: () async throws -> Value,
        onFailure: (DeploydError, Duration) async throws -> Void
    ) async throws -> Value {
        var attempt = 0
        while true {
            do {
                return try await body()
            } catch let error as DeploydError where error.code.isTransient && !Task.isCancelled {
                attempt += 1
                guard let delay = policy.delay(afterAttempt: attempt, chance: .random(in: 0...1)) else {
                    throw DeploydError(.invalid, "\(name): \(error.message) (tried \(attempt) times)", cause: error)
                }
                try await onFailure(error, delay)
                try await clock.sleep(for: delay)
            }
        }
    }
}
