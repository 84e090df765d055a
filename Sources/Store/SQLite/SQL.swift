/// One statement and the values bound to it.
///
/// Made from a string literal, in which `\(x)` binds a value and `\(sql)` puts in another piece with its values. Text
/// from elsewhere gets in only by `\(raw: …)`, which is for names that the program itself makes.
struct SQL: Sendable, Equatable, ExpressibleByStringInterpolation {
    private(set) var text: String
    private(set) var values: [SQLValue]

    init(stringLiteral text: String) {
        self.text = text
        values = []
    }

    init(stringInterpolation pieces: StringInterpolation) {
        text = pieces.text
        values = pieces.values
    }

    /// A statement of the program's own, such as a migration's.
    init(raw text: String) {
        self.text = text
        values = []
    }

    static func + (a: SQL, b: SQL) -> SQL {
        var sum = a
        sum.text += b.text
        sum.values += b.values
        return sum
    }

    /// The pieces with `separator` between them, or `empty` where there are none.
    static func joined(_ pieces: [SQL], by separator: String, empty: SQL = "") -> SQL {
        guard let first = pieces.first else { return empty }
        return pieces.dropFirst().reduce(first) { $0 + SQL(raw: separator) + $1 }
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var values: [SQLValue] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ value: some SQLBindable) {
            text += "?"
            values.append(value.sqlValue)
        }

        /// Nil is NULL.
        mutating func appendInterpolation(_ value: (some SQLBindable)?) {
            text += "?"
            values.append(value?.sqlValue ?? .null)
        }

        mutating func appendInterpolation(_ piece: SQL) {
            text += piece.text
            values += piece.values
        }

        mutating func appendInterpolation(raw: String) { text += raw }
    }
}
