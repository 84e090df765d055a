public import Core

extension Schema {
    /// The form as JSON Schema (https://json-schema.org/draft/2020-12/schema), without a heading. Keys that are not
    /// built yet allow no value, so that an editor marks them.
    public var json: JSONValue {
        switch self {
        case .scalar(_, let json): .object(json)
        case .list(let element, let minimum): Schema.list(element, minimum)
        case .map(let keys, let element, let maximum): Schema.map(keys, element, maximum)
        case .mapping(let fields): Schema.object(fields)
        case .either(let short, let long): ["anyOf": [short.json, long.json]]
        case .anything: [:]
        }
    }

    /// A whole JSON Schema document.
    public func document(title: String, summary: String) -> JSONValue {
        var members = json.object ?? [:]
        members["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        members["title"] = .string(title)
        members["description"] = .string(summary)
        return .object(members)
    }

    private static func list(_ element: Schema, _ minimum: Int) -> JSONValue {
        var members: [String: JSONValue] = ["type": "array", "items": element.json]
        if minimum > 0 { members["minItems"] = .integer(Int64(minimum)) }
        return .object(members)
    }

    private static func map(_ keys: TextRule, _ element: Schema, _ maximum: Int) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": "object", "additionalProperties": element.json, "maxProperties": .integer(Int64(maximum)),
        ]
        if let pattern = keys.pattern { members["propertyNames"] = ["pattern": .string(pattern)] }
        return .object(members)
    }

    private static func object(_ fields: [FieldSchema]) -> JSONValue {
        let properties = fields.map { field in
            var members = field.isBuilt ? field.schema.json.object ?? [:] : ["not": [:]]
            members["description"] = .string(field.isBuilt ? field.summary : "\(field.summary). Not built yet.")
            return (field.name, JSONValue.object(members))
        }
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        var members: [String: JSONValue] = [
            "type": "object", "additionalProperties": false,
            "properties": .object(Dictionary(properties, uniquingKeysWith: { first, _ in first })),
        ]
        if !required.isEmpty { members["required"] = .array(required) }
        return .object(members)
    }
}
