import Core

/// When to try a broken stream again, and when to give up.
struct Reconnection {
    private let patience: Duration
    private var failures = 0
    private var waited = Duration.zero

    init(patience: Duration) { self.patience = patience }

    mutating func succeeded() {
        failures = 0
        waited = .zero
    }

    /// Waits 0.25 s, twice as long each time up to 5 s.
    /// - Throws: `error`, or that the server ends the stream, when the patience is used up; `CancellationError`.
    mutating func wait(after error: DeploydError?) async throws {
        guard waited < patience else {
            throw error ?? DeploydError(.unavailable, "the server ends the stream again and again; is it stopping?")
        }
        let pause = min(Duration.milliseconds(250) * (1 << min(failures, 5)), .seconds(5))
        failures += 1
        waited += pause
        try await Task.sleep(for: pause)
    }
}
