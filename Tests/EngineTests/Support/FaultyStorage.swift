import Core
import Model
import Synchronization

/// A store that refuses now and then, with nothing written.
struct FaultyStorage: Storage {
    let base: any Storage
    /// Asked before each write of a task.
    let refuses: @Sendable () -> Bool
    let reads: HeldReads

    func read<Value: Sendable>(_ body: @escaping @Sendable (any StorageReader) throws -> Value) async throws -> Value {
        reads.begin()
        defer { reads.end() }
        while reads.isHeld.current { try await Task.sleep(for: .milliseconds(1)) }
        return try await base.read(body)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StorageReader) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) { base.read(body, completion: completion) }

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

/// Reads of the store that are under way, which a test may hold up.
final class HeldReads: Sendable {
    let isHeld = Setting(false)
    private let count = Mutex(0)

    var current: Int { count.withLock { $0 } }

    func begin() { count.withLock { $0 += 1 } }
    func end() { count.withLock { $0 -= 1 } }
}
