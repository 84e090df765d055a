import CSQLite
import Core

/// What SQLite answered to one call.
struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The extended result code (https://www.sqlite.org/rescode.html), or `SQLITE_MISMATCH` for a column that does not
    /// hold what was asked for.
    let code: Int32
    let message: String
    /// The statement's text. Values are bound and so never part of it.
    let sql: String?

    init(code: Int32, message: String, sql: String? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
    }

    /// The error that `connection` met last.
    init(_ code: Int32, on connection: OpaquePointer?, sql: String? = nil) {
        let text = connection.flatMap(sqlite3_errmsg) ?? sqlite3_errstr(code)
        self.init(code: code, message: text.map { String(cString: $0) } ?? "error \(code)", sql: sql)
    }

    // The header builds these by shifts, which Swift does not import.
    static let foreignKey: Int32 = SQLITE_CONSTRAINT | 3 << 8
    static let primaryKey: Int32 = SQLITE_CONSTRAINT | 6 << 8
    static let unique: Int32 = SQLITE_CONSTRAINT | 8 << 8

    var primaryCode: Int32 { code & 0xff }
    var description: String { "SQLite \(code): \(message)" }
}

extension SQLiteError {
    /// The error as people see it.
    var explained: DeploydError {
        let (code, sentence): (DeploydError.Code, String) =
            switch primaryCode {
            case SQLITE_FULL:
                (.unavailable, "the disk that holds the database is full; free some space on it, then try again")
            case SQLITE_IOERR:
                (.unavailable, "the disk that holds the database does not work; look into the system's log")
            case SQLITE_BUSY, SQLITE_LOCKED:
                (.unavailable, "the database is held by another program; try again when that has ended")
            case SQLITE_CORRUPT, SQLITE_NOTADB:
                (.internal, "the database file is damaged; stop deployd and restore a backup")
            case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
                (.unavailable, "the database cannot be written; give deployd's user its data directory and files")
            case SQLITE_INTERRUPT: (.timedOut, "the query took too long; ask for less")
            case SQLITE_TOOBIG: (.tooLarge, "a value is larger than the database takes")
            case SQLITE_CONSTRAINT: (.conflict, constraint)
            default: (.internal, "the database refused a statement")
            }
        return DeploydError(code, sentence, metadata: metadata, cause: self)
    }

    private var metadata: [String: String] {
        ["sqlite": "\(code)"].merging(sql.map { ["sql": $0] } ?? [:]) { first, _ in first }
    }

    private var constraint: String {
        switch code {
        case SQLiteError.unique, SQLiteError.primaryKey: "something of that identity exists already"
        case SQLiteError.foreignKey: "something that this refers to does not exist, or is still referred to"
        default: "the database's rules do not allow this"
        }
    }
}

/// `error` as people see it.
func explained(_ error: any Error) -> any Error {
    (error as? SQLiteError)?.explained ?? error
}
