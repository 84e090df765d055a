import Core
import Model

extension JSONColumn {
    /// nil: nothing has drifted.
    init?(_ drift: [DriftedField]) {
        guard !drift.isEmpty else { return nil }
        self.init(
            .array(
                drift.map { field in
                    [
                        "object": .string(field.object), "field": JSONValue(optional: field.field),
                        "manager": JSONValue(optional: field.manager),
                    ]
                }))
    }

    /// - Throws: `SQLiteError` when it is no array of them.
    var drift: [DriftedField] {
        get throws(SQLiteError) {
            guard let array = value.array else { throw JSONColumn.unexpected }
            return try array.map { element throws(SQLiteError) in
                DriftedField(
                    object: try element.text("object"), field: element["field"]?.string,
                    manager: element["manager"]?.string)
            }
        }
    }
}
