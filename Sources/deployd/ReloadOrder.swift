import Core
import Engine
import Synchronization

/// Somebody's wish that the files be read again, kept until it is met.
final class ReloadOrder: Sendable {
    private let isGiven = Mutex(false)
    private let wake = Wake()

    func give() {
        isGiven.withLock { $0 = true }
        wake.raise()
    }

    /// Returns when it is given, or `limit` has passed, or the task is cancelled.
    /// - Returns: whether it is given; it is met then.
    func wait(atMost limit: Duration) async -> Bool {
        await wake.wait(atMost: limit, clock: SystemClock())
        return isGiven.withLock { isGiven in
            defer { isGiven = false }
            return isGiven
        }
    }
}
