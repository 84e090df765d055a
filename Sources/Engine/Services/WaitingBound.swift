import Core
import Synchronization

/// Keeps the number of waiting deliveries under a bound without counting them for each one that comes: with thousands
/// waiting, the count took four times as long as all the rest of storing a delivery.
///
/// It knows a number that is never too small, and counts again when that reaches the bound.
final class WaitingBound: Sendable {
    private struct State {
        /// nil before the first count.
        var atMost: Int?
        /// Full when last counted, and not counted again before.
        var fullUntil: Timestamp?
    }

    private static let pause = Duration.milliseconds(100)

    private let maximum: Int
    private let state = Mutex(State())

    init(_ maximum: Int) { self.maximum = maximum }

    /// Whether one more may wait; if so it is taken to do.
    /// - Parameter count: how many wait, counted within the transaction that adds this one.
    func admit(at moment: Timestamp, counting count: () throws -> Int) rethrows -> Bool {
        let known: Bool? = state.withLock { state in
            if let fullUntil = state.fullUntil, moment < fullUntil { return false }
            guard let atMost = state.atMost, atMost < maximum else { return nil }
            state.atMost = atMost + 1
            return true
        }
        if let known { return known }
        let counted = try count()
        let isFull = counted >= maximum
        state.withLock { state in
            state.atMost = isFull ? counted : counted + 1
            state.fullUntil = isFull ? moment + WaitingBound.pause : nil
        }
        return !isFull
    }

    /// One more waits, whatever the bound.
    func added() {
        state.withLock { state in state.atMost = state.atMost.map { $0 + 1 } }
    }
}
