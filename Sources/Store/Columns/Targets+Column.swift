import Core
import Model

extension JSONColumn {
    init(_ targets: [Target]) {
        value = .array(
            targets.map { target in
                var members: [String: JSONValue] = [
                    "name": .string(target.name), "environment": .string(target.environment),
                ]
                members["world"] = target.world.map(JSONValue.string)
                return .object(members)
            })
    }

    /// - Throws: `SQLiteError` when they are no targets.
    var targets: [Target] {
        get throws(SQLiteError) {
            guard let array = value.array else { throw JSONColumn.unexpected }
            return try array.map { element throws(SQLiteError) in
                Target(
                    name: try element.text("name"), environment: try element.text("environment"),
                    world: element["world"]?.string)
            }
        }
    }
}
