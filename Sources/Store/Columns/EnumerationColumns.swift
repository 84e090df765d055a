import Core
import Model

// Enumerations that are columns, by their raw values.
extension Delivery.Status: SQLBindable, SQLDecodable {}
extension Deployment.Status: SQLBindable, SQLDecodable {}
extension Resource.Status: SQLBindable, SQLDecodable {}
extension Lifecycle.State: SQLBindable, SQLDecodable {}
extension Health: SQLBindable, SQLDecodable {}
extension EventType: SQLBindable, SQLDecodable {}
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
