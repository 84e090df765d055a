import Core
import Synchronization

/// A clock on which every wait is over at once, having taken the time it should.
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
}
