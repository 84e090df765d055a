import Core
import Synchronization

/// How often requests may begin: so many a second on average, and some at once after a pause (GCRA, a token bucket
/// without a timer).
final class RateLimit: Sendable {
    private let interval: Duration
    private let tolerance: Duration
    /// When the next request would be due if none came early.
    private let due: Mutex<Timestamp?>

    /// - Parameter perSecond: nil for no bound.
    init(perSecond: Int?, burst: Int) {
        interval = perSecond.map { Duration.seconds(1) / max(1, $0) } ?? .zero
        tolerance = interval * max(0, burst - 1)
        due = Mutex(nil)
    }

    /// Takes the next place.
    /// - Returns: how long to wait for it; nil, and none taken, when that is longer than `patience`.
    func reserve(now: Timestamp, patience: Duration) -> Duration? {
        due.withLock { due in
            let moment = max(due ?? now, now)
            let wait = max(.zero, moment - now - tolerance)
            guard wait <= patience else { return nil }
            due = moment + interval
            return wait
        }
    }
}
