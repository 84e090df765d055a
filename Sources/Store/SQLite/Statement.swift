import CSQLite

/// A prepared statement, finalised with the object. Used by one thread at a time, as its connection is.
final class Statement {
    let handle: OpaquePointer
    let sql: String
    /// Column names and where they stand.
    private(set) lazy var columns: [String: Int32] = Dictionary(
        (0..<sqlite3_column_count(handle)).compactMap { column in
            sqlite3_column_name(handle, column).map { (String(cString: $0), column) }
        }, uniquingKeysWith: { first, _ in first })
    /// Whether someone stands on one of its rows.
    var isBusy = false

    init(_ sql: String, on connection: OpaquePointer) throws(SQLiteError) {
        var made: OpaquePointer?
        var rest = ""
        var text = sql
        let code = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { chars in
                var tail: UnsafePointer<CChar>?
                let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
                let code = sqlite3_prepare_v3(connection, chars.baseAddress, Int32(chars.count), flags, &made, &tail)
                if let base = chars.baseAddress, let tail {
                    rest = String(decoding: utf8[(tail - base)...], as: UTF8.self)
                }
                return code
            }
        }
        guard code == SQLITE_OK else { throw SQLiteError(code, on: connection, sql: sql) }
        guard let made else { throw SQLiteError(code: SQLITE_MISUSE, message: "no statement", sql: sql) }
        handle = made
        self.sql = sql
        guard rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "more than one statement", sql: sql)
        }
    }

    deinit { sqlite3_finalize(handle) }

    func bind(_ values: [SQLValue]) throws(SQLiteError) {
        guard sqlite3_bind_parameter_count(handle) == values.count else {
            throw SQLiteError(code: SQLITE_RANGE, message: "\(values.count) values do not fit", sql: sql)
        }
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index) + 1)
            guard code == SQLITE_OK else { throw error(code) }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let value): return sqlite3_bind_int64(handle, index, value)
        case .real(let value): return sqlite3_bind_double(handle, index, value)
        case .text(var value):
            return value.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) {
                    deployd_bind_text(handle, index, $0.baseAddress, UInt64($0.count))
                }
            }
        case .blob(let value):
            return value.withUnsafeBytes { deployd_bind_blob(handle, index, $0.baseAddress, UInt64($0.count)) }
        }
    }

    /// - Returns: whether it stands on a row now.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw error(code)
        }
    }

    /// Lets go of the row and the bound values, so that none of them stays in memory.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func error(_ code: Int32) -> SQLiteError { SQLiteError(code, on: sqlite3_db_handle(handle), sql: sql) }
}
