/// How long to wait before trying again: exponential with full jitter between half and the whole of the step
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "equal jitter").
public struct RetryPolicy: Sendable, Equatable {
    public let initial: Duration
    public let maximum: Duration
    /// How many tries in all; after the last the error stands.
    public let tries: Int

    public init(initial: Duration, maximum: Duration, tries: Int) {
        self.initial = initial
        self.maximum = maximum
        self.tries = tries
    }

    /// Errors on the way within a deployment's step: about 10 minutes in all.
    public static let step = RetryPolicy(initial: .milliseconds(500), maximum: .seconds(60), tries: 16)
    /// Processing a delivery: about a quarter of an hour in all, since most senders never send one again.
    public static let delivery = RetryPolicy(initial: .seconds(1), maximum: .seconds(300), tries: 12)
    /// Processing a delivery that the server dies of, or meets a defect with: about a minute in all, then it is set aside.
    public static let breakdown = RetryPolicy(initial: .seconds(4), maximum: .seconds(300), tries: 5)
    /// Cleaning up after an attempt.
    public static let cleanup = RetryPolicy(initial: .milliseconds(500), maximum: .seconds(5), tries: 4)
    /// Looking at an instance when the store cannot be read or written.
    public static let reconcile = RetryPolicy(initial: .seconds(1), maximum: .seconds(60), tries: .max)
    /// Starting a workload again that ends again and again.
    public static let revive = RetryPolicy(initial: .seconds(5), maximum: .seconds(300), tries: .max)

    /// Following what a world tells, which has ended.
    public static let watch = RetryPolicy(initial: .seconds(1), maximum: .seconds(60), tries: .max)

    /// - Parameters:
    ///   - attempt: tries that failed so far, from 1.
    ///   - chance: 0 to 1, from a random generator.
    /// - Returns: nil when no try is left.
    public func delay(afterAttempt attempt: Int, chance: Double) -> Duration? {
        guard attempt < tries else { return nil }
        let exponent = min(attempt - 1, 30)
        let step = min(initial.inMicroseconds * Double(1 << exponent), maximum.inMicroseconds)
        return .microseconds(Int64(step / 2 + step / 2 * min(max(chance, 0), 1)))
    }
}

extension Duration {
    fileprivate var inMicroseconds: Double {
        Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
    }
}
