import CSQLite
import Core
import Model

// Enumerations that are columns, by their raw values.
extension Delivery.Status: SQLBindable, SQLDecodable {}
extension Deployment.Status: SQLBindable, SQLDecodable {}
extension Resource.Status: SQLBindable, SQLDecodable {}
extension Lifecycle.State: SQLBindable, SQLDecodable {}
extension Health: SQLBindable, SQLDecodable {}
extension EventType: SQLBindable, SQLDecodable {
    private static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    /// By a table: there are so many that comparing the text with each would be most of reading an event.
    static func decode(_ statement: OpaquePointer, _ column: Int32) throws(SQLiteError) -> EventType {
        let text = try String.decode(statement, column)
        guard let type = named[text] else {
            throw SQLiteError(code: SQLITE_MISMATCH, message: "\(text) is no type of event")
        }
        return type
    }
}
extension Cause.Kind: SQLBindable, SQLDecodable {}
extension ObjectKind: SQLBindable, SQLDecodable {}
extension Token.Role: SQLBindable, SQLDecodable {}

extension Row {
    /// The instance that `application` and `target` name.
    var instance: InstanceID {
        get throws { InstanceID(application: try self["application"], target: try self["target"]) }
    }

    /// What `causeKind` and `causeID` name.
    var cause: Cause? {
        get throws {
            guard let kind: Cause.Kind = try self["causeKind"] else { return nil }
            return Cause(kind, try self["causeID"])
        }
    }
}
