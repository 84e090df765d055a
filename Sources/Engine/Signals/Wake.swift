public import Core
import Synchronization

/// A flag that a loop waits for: raising it any number of times before the loop looks wakes it once.
public final class Wake: Sendable {
    private struct State {
        var isRaised = false
        var turn = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    public init() {}

    public func raise() {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter else {
                state.isRaised = true
                return nil as CheckedContinuation<Void, Never>?
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Takes the flag if it is up.
    public func take() -> Bool {
        state.withLock { state in
            defer { state.isRaised = false }
            return state.isRaised
        }
    }

    /// Returns when the flag is raised (and takes it), `limit` has passed or the task is cancelled. One waiter at a time.
    public func wait(atMost limit: Duration?, clock: any WallClock) async {
        let alarm = limit.map { limit in
            Task {
                try await clock.sleep(for: limit)
                raise()
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.isRaised || Task.isCancelled {
                        state.isRaised = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            raise()
        }
        alarm?.cancel()
    }
}
