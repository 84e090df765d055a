/// Slows down a service that floods its output: beyond 8 MiB in 200 ms nothing more is read until they are over, and the
/// FIFO makes it wait. So it cannot keep a processor busy with its log.
struct Throttle {
    static let window = Duration.milliseconds(200)
    static let budget = 8 << 20

    private var windowEnd: ContinuousClock.Instant?
    private var taken = 0

    /// When reading may go on; nil when it may now.
    var due: ContinuousClock.Instant? { taken > Throttle.budget ? windowEnd : nil }

    func isClosed(now: ContinuousClock.Instant) -> Bool { due.map { now < $0 } ?? false }

    mutating func took(_ count: Int, now: ContinuousClock.Instant) {
        if windowEnd.map({ now >= $0 }) ?? true {
            windowEnd = now + Throttle.window
            taken = 0
        }
        taken += count
    }
}
