import Core

/// Tries again, with pauses that grow, until a deadline.
struct Retrier: Sendable {
    let clock: any WallClock
    /// The first one included.
    var maximumAttempts = 6
    /// Between 0 and 1.
    var chance: @Sendable () -> Double = { Double.random(in: 0..<1) }

    /// - Parameters:
    ///   - allowance: for all attempts and pauses.
    ///   - attempt: is told how much time is left.
    func run<Value: Sendable>(
        within allowance: Duration, advice: (DeploydError) -> RetryAdvice,
        _ attempt: (Duration) async throws -> Value
    ) async throws -> Value {
        let end = clock.now() + allowance
        var failures = 0
        while true {
            do {
                return try await attempt(max(.zero, end - clock.now()))
            } catch {
                let error = Retrier.readable(error)
                failures += 1
                guard failures < maximumAttempts, case .again(let asked) = advice(error) else {
                    throw error
                }
                let pause = pause(after: failures, asked: asked)
                guard clock.now() + pause < end else { throw error }
                try await clock.sleep(for: pause)
            }
        }
    }

    /// 0.2 s, twice as long each time up to 5 s, by chance down to half of it; never less than the server asks for, so
    /// that those who were refused together do not come back together.
    func pause(after failures: Int, asked: Duration?) -> Duration {
        let step = min(Duration.milliseconds(200) * (1 << min(max(0, failures - 1), 5)), .seconds(5))
        if let asked { return asked + step * (chance() / 2) }
        return step * (0.5 + chance() / 2)
    }

    static func readable(_ error: any Error) -> DeploydError {
        if error is CancellationError { return DeploydError(.cancelled, "the request was cancelled") }
        return DeploydError.wrapping(error, "the request failed")
    }
}
