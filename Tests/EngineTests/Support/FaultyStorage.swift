import Core
import Model
import Synchronization

/// A store that refuses now and then, with nothing written.
struct FaultyStorage: Storage {
    let base: any Storage
    /// Asked before each write of a task.
    let refuses: @Sendable () -> Bool

    func read<Value: Sendable>(_ body: @escaping @Sendable (any StorageReader) throws -> Value) async throws -> Value {
        try await base.read(body)
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (any StorageWriter) throws -> Value) async throws -> Value {
        guard !refuses() else { throw DeploydError(.unavailable, "the disk is full") }
        return try await base.write(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StorageWriter) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) { base.write(body, completion: completion) }

    func readNow<Value>(_ body: (any StorageReader) throws -> Value) throws -> Value { try base.readNow(body) }
    func newestEvents() -> AsyncStream<Int64> { base.newestEvents() }
}
