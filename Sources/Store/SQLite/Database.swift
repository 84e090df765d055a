import Core

/// The SQLite database of one data directory: one thread writes, some read, one checkpoints.
final class Database: Sendable {
    struct Limits: Sendable {
        /// Changes that may wait for the writer.
        var writes = 8192
        /// Changes that go into one commit at most.
        var group = Int.max
        /// Reads that may wait for a thread.
        var reads = 1024
        var readers = 2
        /// Reads that may run at once, with those of `readNow`.
        var connections = 32
        var checkpointer = Checkpointer.Limits()
        /// Pages that the database file may grow to; nil: as many as the disk takes.
        var pages: Int?
    }

    private let directory: DataDirectory
    private let writer: Writer
    private let checkpointer: Checkpointer
    private let connections: ReaderConnections
    private let readers: Readers

    /// Opens or makes the database in `directory`, and migrates it.
    /// - Parameter program: this program's version, for the messages of older ones.
    /// - Throws: `DeploydError` that says what to do.
    init(
        directory path: String, migrations: [Migration], program: String, clock: any WallClock = SystemClock(),
        limits: Limits = Limits(), log: Log = Log()
    ) throws {
        do {
            directory = try DataDirectory(path)
            try directory.makeDatabaseFile()
            let file = directory.database
            let writing = try Connection(path: file, role: .writer)
            let reserve = DiskReserve(in: path)
            reserve.make()
            try Migrations(known: migrations, program: program).apply(on: writing, path: file, now: clock.now())
            if let pages = limits.pages { try writing.run("PRAGMA max_page_count = \(raw: "\(pages)")") }
            let checkpointer = try Checkpointer(
                connection: Connection(path: file, role: .checkpointer), path: file, reserve: reserve,
                limits: limits.checkpointer,
                log: log)
            writing.afterCommit { checkpointer.committed(pages: $0) }
            self.checkpointer = checkpointer
            writer = try Writer(
                connection: writing, reserve: reserve, bound: limits.writes, group: limits.group)
            connections = ReaderConnections(path: file, bound: limits.connections)
            readers = try Readers(connections: connections, threads: limits.readers, bound: limits.reads)
        } catch {
            throw explained(error)
        }
    }

    deinit { close() }

    /// Finishes what waits and ends the threads. What is asked afterwards is refused. Repeating it changes nothing.
    func close() {
        writer.close()
        readers.close()
        connections.close()
        checkpointer.close()
        directory.unlock()
    }

    /// What the writer has committed since the start.
    var committed: Writer.Counts { writer.committed }

    /// Whether the last change did not find room on the disk.
    var isDiskFull: Bool { writer.isDiskFull }

    /// How many changes wait.
    var waiting: Int { writer.waiting }

    /// A compact copy as of one moment, by a connection of its own: neither writers nor readers wait for it.
    /// - Parameter path: an empty file.
    func copy(to path: String) throws {
        do {
            try Connection(path: directory.database, role: .checkpointer).run("VACUUM INTO \(path)")
            let copy = try Connection(path: path, role: .checkpointer)
            let verdict = try copy.first("PRAGMA quick_check(1)") { row -> String in try row["quick_check"] }
            guard verdict == "ok" else {
                throw DeploydError(.internal, "the copy of the database is damaged: \(verdict ?? "no verdict")")
            }
        } catch {
            throw explained(error)
        }
    }

    /// As `write`; blocks the calling thread, which is for the start of the program only.
    func writeNow<Value: Sendable>(_ body: @escaping @Sendable (WriteTransaction) throws -> Value) throws -> Value {
        let outcome = Monitor<Result<Value, any Error>?>(nil)
        write(body) { result in outcome.change { $0 = result } }
        guard let result = outcome.wait(until: { $0 != nil }, then: { $0 }) else {
            throw DeploydError(.internal, "the writer gave no outcome")
        }
        return try result.get()
    }

    /// Runs `body` in its turn and returns when it is durable.
    func write<Value: Sendable>(_ body: @escaping @Sendable (WriteTransaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            write(body) { continuation.resume(with: $0) }
        }
    }

    /// `completion` is called once: on the writer's thread after the commit, or at once when the change is refused.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (WriteTransaction) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        writer.submit(WriteItem(body, completion: completion))
    }

    /// Runs `body` over one snapshot, on a thread of the store's.
    func read<Value: Sendable>(_ body: @escaping @Sendable (ReadTransaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            readers.read(body) { continuation.resume(with: $0) }
        }
    }

    /// `completion` is called once: on a thread of the store's, or at once when the read is refused.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (ReadTransaction) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        readers.read(body, completion: completion)
    }

    /// Runs `body` over one snapshot on the calling thread, which blocks meanwhile.
    func readNow<Value>(_ body: (ReadTransaction) throws -> Value) throws -> Value {
        try connections.read(body)
    }
}
