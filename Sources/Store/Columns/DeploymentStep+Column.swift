import Core
import Model

extension DeploymentStep {
    var json: JSONValue {
        [
            "name": .string(name), "kind": .string(kind.rawValue), "isCommit": .bool(isCommit),
            "isInterruptible": .bool(isInterruptible),
            "status": .string(status.rawValue),
            "reason": JSONValue(optional: reason), "startedAt": JSONValue(optional: startedAt),
            "endedAt": JSONValue(optional: endedAt),
        ]
    }

    init(json: JSONValue) throws(SQLiteError) {
        self.init(
            name: try json.text("name"), kind: try json.word("kind", Kind.self),
            isCommit: json["isCommit"]?.bool ?? false, isInterruptible: json["isInterruptible"]?.bool ?? false,
            status: try json.word("status", Status.self), reason: json["reason"]?.string,
            startedAt: json["startedAt"]?.integer.map(Timestamp.init(microseconds:)),
            endedAt: json["endedAt"]?.integer.map(Timestamp.init(microseconds:)))
    }
}
