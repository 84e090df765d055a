import CSQLite
import Core

/// What a column can be read as.
protocol SQLDecodable {
    /// - Throws: `SQLiteError` with `SQLITE_MISMATCH` when the column holds something else.
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> Self
}

/// The row that a statement stands on. It is gone with the statement's next step, so it cannot be kept.
struct Row: ~Copyable {
    private let statement: Statement

    init(_ statement: Statement) { self.statement = statement }

    /// The column of that name.
    subscript<Value: SQLDecodable>(_ name: String) -> Value {
        get throws(SQLiteError) {
            guard let column = statement.columns[name] else {
                throw SQLiteError(code: SQLITE_MISMATCH, message: "no column \(name)", sql: statement.sql)
            }
            return try self[column]
        }
    }

    /// The column at that place, counted from 0.
    subscript<Value: SQLDecodable>(_ column: Int32) -> Value {
        get throws(SQLiteError) {
            do throws(SQLiteError) {
                return try Value.decode(statement.handle, column)
            } catch {
                throw SQLiteError(code: error.code, message: error.message, sql: statement.sql)
            }
        }
    }
}

private func expect(_ type: Int32, _ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) {
    let found = sqlite3_column_type(statement, column)
    guard found == type else {
        let name = sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "\(column)"
        throw SQLiteError(code: SQLITE_MISMATCH, message: "column \(name) holds type \(found), not \(type)")
    }
}

extension Int64: SQLDecodable {
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> Int64 {
        try expect(SQLITE_INTEGER, statement, column)
        return sqlite3_column_int64(statement, column)
    }
}
extension Int: SQLDecodable {
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> Int {
        Int(try Int64.decode(statement, column))
    }
}
extension Bool: SQLDecodable {
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> Bool {
        try Int64.decode(statement, column) != 0
    }
}
extension Timestamp: SQLDecodable {
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> Timestamp {
        Timestamp(microseconds: try Int64.decode(statement, column))
    }
}
extension Double: SQLDecodable {
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> Double {
        try expect(SQLITE_FLOAT, statement, column)
        return sqlite3_column_double(statement, column)
    }
}
extension String: SQLDecodable {
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> String {
        try expect(SQLITE_TEXT, statement, column)
        // The text first, its length after: asking for the length may convert the value and move it.
        guard let text = sqlite3_column_text(statement, column) else { return "" }
        let length = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self)
    }
}
extension [UInt8]: SQLDecodable {
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> [UInt8] {
        try expect(SQLITE_BLOB, statement, column)
        guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
    }
}
extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> Wrapped? {
        guard sqlite3_column_type(statement, column) != SQLITE_NULL else { return nil }
        return try Wrapped.decode(statement, column)
    }
}
/// An enumeration is stored as its raw value.
extension SQLDecodable where Self: RawRepresentable, RawValue: SQLDecodable {
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> Self {
        let raw = try RawValue.decode(statement, column)
        guard let value = Self(rawValue: raw) else {
            throw SQLiteError(code: SQLITE_MISMATCH, message: "\(raw) is no \(Self.self)")
        }
        return value
    }
}
