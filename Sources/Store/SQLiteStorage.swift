public import Core
public import Crypto
public import Model

/// The `Storage` of one server on SQLite: the embedded default.
public final class SQLiteStorage: Storage {
    let database: Database
    private let vault: Vault
    private let feed: EventFeed

    /// Opens or makes the database in `directory` (mode 0700) and brings its schema up to date. Blocks meanwhile.
    /// - Parameters:
    ///   - masterKey: seals the secrets; always the same for one directory.
    ///   - program: this program's version, which an older one names when it refuses the database.
    /// - Throws: `DeploydError` that says what to do: `.conflict` when another server uses the directory, the database
    ///   is of a newer deployd, or the key is not its own.
    public convenience init(
        directory: String, masterKey: MasterKey, program: String, clock: any WallClock = SystemClock(), log: Log = Log()
    ) throws {
        try self.init(
            directory: directory, masterKey: masterKey, program: program, clock: clock, limits: .init(), log: log)
    }

    /// - Parameter group: how many changes go into one commit at most; a benchmark measures what more than one is worth.
    package convenience init(directory: String, masterKey: MasterKey, program: String, group: Int) throws {
        var limits = Database.Limits()
        limits.group = group
        try self.init(directory: directory, masterKey: masterKey, program: program, limits: limits)
    }

    init(
        directory: String, masterKey: MasterKey, program: String, clock: any WallClock = SystemClock(),
        limits: Database.Limits, log: Log = Log()
    ) throws {
        database = try Database(
            directory: directory, migrations: Schema.migrations, program: program, clock: clock, limits: limits,
            log: log)
        vault = Vault(key: masterKey)
        do {
            try database.writeNow { try Vault.check(masterKey, $0, directory: directory) }
            let newest = try database.readNow { [vault] in
                try StoredReader(connection: $0.connection, vault: vault).newestEvent()
            }
            feed = EventFeed(newest: newest)
        } catch {
            database.close()
            throw error
        }
    }

    deinit { close() }

    /// Makes what waits durable, then ends; what is asked afterwards is refused. Blocks meanwhile.
    public func close() {
        database.close()
        feed.close()
    }

    /// Where the last change did not find room on the disk: makes one that changes nothing, to see whether there is room
    /// again.
    /// - Throws: `.unavailable` while there is none.
    public func probeDisk() async throws {
        guard database.isDiskFull else { return }
        try await database.write { _ = try $0.connection.run("PRAGMA user_version = 0") }
    }

    /// How much was made durable since the start, in how many syncs to the disk.
    public var statistics: Statistics {
        let committed = database.committed
        return Statistics(commits: committed.commits, changes: committed.items, waiting: database.waiting)
    }

    public struct Statistics: Sendable, Equatable {
        public let commits: Int
        public let changes: Int
        /// Changes that wait for the disk now.
        public let waiting: Int
    }

    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StorageReader) throws -> Value
    ) async throws -> Value {
        try await database.read { [vault] in try body(StoredReader(connection: $0.connection, vault: vault)) }
    }

    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StorageReader) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        database.read(
            { [vault] in try body(StoredReader(connection: $0.connection, vault: vault)) }, completion: completion)
    }

    public func readNow<Value>(_ body: (any StorageReader) throws -> Value) throws -> Value {
        try database.readNow { try body(StoredReader(connection: $0.connection, vault: vault)) }
    }

    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StorageWriter) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            write(body) { continuation.resume(with: $0) }
        }
    }

    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StorageWriter) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        database.write { [vault] transaction in
            let writer = StoredWriter(connection: transaction.connection, vault: vault)
            return (value: try body(writer), newest: writer.newest)
        } completion: { [feed] result in
            if case .success(let (_, newest?)) = result { feed.publish(newest) }
            completion(result.map(\.value))
        }
    }

    public func newestEvents() -> AsyncStream<Int64> { feed.follow() }
}
