public import Core
import Synchronization

/// A clock that stands still until a test moves it. Sleepers wake when it passes them.
public final class ManualClock: WallClock {
    private struct State {
        /// What nobody sets.
        var now: Timestamp
        /// What somebody set the wall clock by.
        var offset = Duration.zero
        var nextID = 0
        var sleepers: [Int: (until: Timestamp, continuation: CheckedContinuation<Void, any Error>)] = [:]
    }

    private let state: Mutex<State>

    public init(_ start: Timestamp = Timestamp(seconds: 1_700_000_000)) {
        state = Mutex(State(now: start))
    }

    public func now() -> Timestamp { state.withLock { $0.now + $0.offset } }

    public func steady() -> Timestamp { state.withLock(\.now) }

    /// Sets the wall clock, forward or back. No time passes.
    public func jump(by duration: Duration) { state.withLock { $0.offset += duration } }

    /// How many tasks sleep on this clock now.
    public var sleeping: Int { state.withLock(\.sleepers.count) }

    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now + duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            due.keys.forEach { state.sleepers[$0] = nil }
            return due.values.map(\.continuation)
        }
        woken.forEach { $0.resume() }
    }

    public func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enum Outcome { case waits, due, cancelled }
                let outcome: Outcome = state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    guard duration > .zero else { return .due }
                    state.sleepers[id] = (state.now + duration, continuation)
                    return .waits
                }
                switch outcome {
                case .waits: break
                case .due: continuation.resume()
                case .cancelled: continuation.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }
}
