import Synchronization

/// Tells those who follow the history the number of its newest event.
final class EventFeed: Sendable {
    private struct State {
        var newest: Int64
        var nextID = 0
        var followers: [Int: AsyncStream<Int64>.Continuation] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>

    init(newest: Int64) { state = Mutex(State(newest: newest)) }

    /// Yields the newest number at once and each time that it grows. A slow follower gets only the last.
    func follow() -> AsyncStream<Int64> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int64.self, bufferingPolicy: .bufferingNewest(1))
        let id: Int? = state.withLock { state in
            continuation.yield(state.newest)
            guard !state.isClosed else { return nil }
            state.nextID += 1
            state.followers[state.nextID] = continuation
            return state.nextID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.leave(id) }
        return stream
    }

    /// Called by one thread, so that a follower's last number is the newest.
    func publish(_ newest: Int64) {
        let followers = state.withLock { state -> [Int: AsyncStream<Int64>.Continuation] in
            guard newest > state.newest else { return [:] }
            state.newest = newest
            return state.followers
        }
        // Outside the lock: waking a task waits for one that cancels it, and the cancelling calls `leave`.
        followers.values.forEach { $0.yield(newest) }
    }

    func close() {
        let followers = state.withLock { state in
            defer { state.followers = [:] }
            state.isClosed = true
            return state.followers
        }
        // Outside the lock, which `leave` takes.
        followers.values.forEach { $0.finish() }
    }

    private func leave(_ id: Int) { state.withLock { $0.followers[id] = nil } }
}
