import CSQLite
import Core

/// Small structures that no query looks into are kept as JSON text.
struct JSONColumn: SQLBindable, SQLDecodable {
    let value: JSONValue

    init(_ value: JSONValue) { self.value = value }
    init(_ texts: [String]) { value = .array(texts.map(JSONValue.string)) }
    init(_ texts: [String: String]) { value = .object(texts.mapValues(JSONValue.string)) }

    var sqlValue: SQLValue { .text(value.text) }

    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> JSONColumn {
        JSONColumn(try parse(try String.decode(statement, column)))
    }

    static func parse(_ text: String) throws(SQLiteError) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue.parse(text)
        } catch {
            throw SQLiteError(code: SQLITE_CORRUPT, message: "\(error)")
        }
    }

    /// - Throws: `SQLiteError` when it is no array of texts.
    var texts: [String] {
        get throws(SQLiteError) {
            guard let array = value.array else { throw JSONColumn.unexpected }
            return try array.map { element throws(SQLiteError) in
                guard let text = element.string else { throw JSONColumn.unexpected }
                return text
            }
        }
    }

    /// - Throws: `SQLiteError` when it is no object of texts.
    var textsByName: [String: String] {
        get throws(SQLiteError) { try value.textsByName }
    }

    static let unexpected = SQLiteError(code: SQLITE_CORRUPT, message: "JSON of another shape than was written")
}

extension JSONValue {
    /// - Throws: `SQLiteError` when it is no object of texts.
    var textsByName: [String: String] {
        get throws(SQLiteError) {
            guard let object else { throw JSONColumn.unexpected }
            var texts: [String: String] = [:]
            for (name, value) in object {
                guard let text = value.string else { throw JSONColumn.unexpected }
                texts[name] = text
            }
            return texts
        }
    }

    /// The member of that name, which must be there.
    func text(_ key: String) throws(SQLiteError) -> String {
        guard let text = self[key]?.string else { throw JSONColumn.unexpected }
        return text
    }

    /// An enumeration's raw value.
    func word<Word: RawRepresentable>(_ key: String, _: Word.Type) throws(SQLiteError) -> Word
    where Word.RawValue == String {
        guard let word = Word(rawValue: try text(key)) else { throw JSONColumn.unexpected }
        return word
    }

    init(optional text: String?) { self = text.map(JSONValue.string) ?? .null }
    init(optional moment: Timestamp?) { self = moment.map { .integer($0.microseconds) } ?? .null }
}
