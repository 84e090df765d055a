import Glibc

/// Where time comes from, so that tests can move it by hand.
public protocol WallClock: Sendable {
    func now() -> Timestamp
    /// A time that nobody sets, for what is measured while the server runs; it says nothing of the date, and is another's
    /// after a restart.
    func steady() -> Timestamp
    /// Suspends for at least `duration`.
    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws
    /// Suspends until a call has taken all the time that it may; `sleep`, but for a clock on which waits are over at once.
    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    func expire(after limit: Duration) async throws
}

extension WallClock {
    /// Of a clock that nobody sets.
    public func steady() -> Timestamp { now() }

    public func expire(after limit: Duration) async throws { try await sleep(for: limit) }
}

public struct SystemClock: WallClock {
    public init() {}

    public func now() -> Timestamp { time(of: CLOCK_REALTIME) }

    public func steady() -> Timestamp { time(of: CLOCK_MONOTONIC) }

    private func time(of clock: clockid_t) -> Timestamp {
        var time = timespec()
        clock_gettime(clock, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    public func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
