import Core

/// Ends a call that takes longer than it ever should: everything that waits must end.
struct Bound: Sendable {
    let limit: Duration
    let clock: any WallClock

    /// - Throws: what `body` throws; `.invalid` when it was cancelled at the limit.
    func run<Value: Sendable>(
        _ name: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let (limit, clock) = (limit, clock)
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await clock.expire(after: limit)
                let seconds = limit.components.seconds
                let time = seconds < 120 ? "\(seconds) seconds" : "\(seconds / 60) minutes"
                throw DeploydError(.invalid, "\(name) did not end within \(time)")
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
