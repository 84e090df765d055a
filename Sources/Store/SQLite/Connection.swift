import CSQLite

/// One connection to the database, closed with the object.
///
/// Unchecked: it is opened without SQLite's own mutex and is used by one thread at a time. The writer and the
/// checkpointer each keep theirs; a reader holds one only while it is taken out of `ReaderConnections`.
final class Connection: @unchecked Sendable {
    enum Role {
        case writer, reader, checkpointer
        /// Of another process than the server: nothing is written, whatever state the files are in.
        case examiner
    }

    let handle: OpaquePointer
    private var statements: [String: Statement] = [:]
    private static let maximumStatements = 200
    private var commitHook: CommitHook?

    init(path: String, role: Role) throws(SQLiteError) {
        var made: OpaquePointer?
        let flags =
            (role == .examiner ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX
            | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &made, flags, nil)
        guard code == SQLITE_OK, let made else {
            defer { sqlite3_close_v2(made) }
            throw SQLiteError(code, on: made)
        }
        handle = made
        let hardened = deployd_harden(made)
        guard hardened == SQLITE_OK else { throw SQLiteError(hardened, on: made) }
        for pragma in Connection.pragmas(role) { try run(SQL(raw: "PRAGMA \(pragma)")) }
    }

    deinit {
        statements = [:]
        sqlite3_close_v2(handle)
    }

    /// No mmap: an input/output error would then be a SIGBUS that ends the whole program. The page caches are small,
    /// since the system's own holds the file too.
    private static func pragmas(_ role: Role) -> [String] {
        // First, since switching to WAL may meet a lock.
        ["busy_timeout = \(role == .checkpointer ? 100 : 10_000)"]
            + (role == .writer ? ["journal_mode = WAL"] : [])
            + [
                // NORMAL would lose acknowledged deliveries when the power fails.
                "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY", "wal_autocheckpoint = 0",
                "mmap_size = 0", "cache_size = \(role == .writer ? -2048 : -512)",
                // Of a WAL that is not truncated when idle, no more than this stays after a restart of it.
                "journal_size_limit = 16777216",
            ] + (role == .reader || role == .examiner ? ["query_only = ON"] : [])
    }

    /// The statements that are kept, to look into how SQLite runs them.
    var preparedTexts: [String] { statements.keys.sorted() }

    /// Calls `body` on this connection's thread after each commit that wrote, with the pages that the WAL holds then.
    func afterCommit(_ body: @escaping (Int) -> Void) {
        let hook = CommitHook(body)
        commitHook = hook
        sqlite3_wal_hook(handle, CommitHook.entry, Unmanaged.passUnretained(hook).toOpaque())
    }

    /// Whether no transaction is open. SQLite rolls back by itself after some errors, such as a full disk.
    var isIdle: Bool { sqlite3_get_autocommit(handle) != 0 }

    /// Runs a statement to its end.
    /// - Returns: how many rows it inserted, updated or deleted.
    @discardableResult
    func run(_ sql: SQL) throws(SQLiteError) -> Int {
        let before = sqlite3_total_changes64(handle)
        let statement = try begin(sql)
        defer { end(statement) }
        while try statement.step() {}
        return Int(sqlite3_total_changes64(handle) - before)
    }

    /// Calls `body` with each row until it returns false.
    func forEach(_ sql: SQL, _ body: (borrowing Row) throws -> Bool) throws {
        let statement = try begin(sql)
        defer { end(statement) }
        while try statement.step() {
            guard try body(Row(statement)) else { return }
        }
    }

    /// Every row.
    func all<Value>(_ sql: SQL, _ decode: (borrowing Row) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        try forEach(sql) { row in
            values.append(try decode(row))
            return true
        }
        return values
    }

    /// The first row, if there is one.
    func first<Value>(_ sql: SQL, _ decode: (borrowing Row) throws -> Value) throws -> Value? {
        var value: Value?
        try forEach(sql) { row in
            value = try decode(row)
            return false
        }
        return value
    }

    private func begin(_ sql: SQL) throws(SQLiteError) -> Statement {
        let statement = try prepared(sql.text)
        statement.isBusy = true
        do throws(SQLiteError) {
            try statement.bind(sql.values)
        } catch {
            end(statement)
            throw error
        }
        return statement
    }

    private func end(_ statement: Statement) {
        statement.reset()
        statement.isBusy = false
    }

    private func prepared(_ text: String) throws(SQLiteError) -> Statement {
        if let kept = statements[text], !kept.isBusy { return kept }
        let made = try Statement(text, on: handle)
        // A query inside a query of the same text has a statement of its own, which is not kept.
        guard statements[text] == nil else { return made }
        if statements.count >= Connection.maximumStatements { statements = statements.filter(\.value.isBusy) }
        statements[text] = made
        return made
    }
}

/// Kept by its connection, which SQLite calls it for.
private final class CommitHook {
    private let body: (Int) -> Void
    init(_ body: @escaping (Int) -> Void) { self.body = body }

    static let entry: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 =
        {
            context, _, _, pages in
            if let context { Unmanaged<CommitHook>.fromOpaque(context).takeUnretainedValue().body(Int(pages)) }
            return SQLITE_OK
        }
}
