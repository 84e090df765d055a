import Core
import Synchronization

/// A clock on which a wait is over at once, having taken the time it should; only the bounds of calls are never reached.
final class SkippingClock: WallClock {
    private let time = Mutex(Timestamp(seconds: 1_700_000_000))

    func now() -> Timestamp {
        time.withLock { time in
            time = time + .microseconds(1)
            return time
        }
    }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        time.withLock { $0 = $0 + duration }
        await Task.yield()
        try Task.checkCancellation()
    }

    func expire(after limit: Duration) async throws { try await Task.sleep(for: limit) }
}
