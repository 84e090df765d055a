import Core

/// One caller's change, and how its outcome gets to it.
struct WriteItem: Sendable {
    /// Runs the change. What it returns is called once the outcome is known: with nil after a durable commit.
    let run: @Sendable (WriteTransaction) throws -> @Sendable (DeploydError?) -> Void
    /// The change did not take place.
    let fail: @Sendable (any Error) -> Void

    init<Value: Sendable>(
        _ body: @escaping @Sendable (WriteTransaction) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        run = { transaction in
            let value = try body(transaction)
            return { error in completion(error.map(Result.failure) ?? .success(value)) }
        }
        fail = { completion(.failure($0)) }
    }
}
