import Core

/// One value as SQLite stores it.
enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// What can be bound to a statement.
protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

extension Int64: SQLBindable {
    var sqlValue: SQLValue { .integer(self) }
}
extension Int: SQLBindable {
    var sqlValue: SQLValue { .integer(Int64(self)) }
}
extension Bool: SQLBindable {
    var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}
extension Double: SQLBindable {
    var sqlValue: SQLValue { .real(self) }
}
extension String: SQLBindable {
    var sqlValue: SQLValue { .text(self) }
}
extension [UInt8]: SQLBindable {
    var sqlValue: SQLValue { .blob(self) }
}
/// Microseconds since 1970.
extension Timestamp: SQLBindable {
    var sqlValue: SQLValue { .integer(microseconds) }
}
/// An enumeration is stored as its raw value.
extension SQLBindable where Self: RawRepresentable, RawValue: SQLBindable {
    var sqlValue: SQLValue { rawValue.sqlValue }
}
