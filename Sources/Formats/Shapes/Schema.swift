public import Core

/// The form of a value, for messages, editors and the reference.
public indirect enum Schema: Sendable, Hashable {
    /// - Parameters:
    ///   - expected: what people are told, such as "a duration such as 5s".
    ///   - json: the JSON Schema.
    case scalar(expected: String, json: [String: JSONValue])
    case list(of: Schema, minimum: Int = 0)
    /// Keys of the writer's choice that fit the rule.
    case map(keys: TextRule, of: Schema, maximum: Int)
    /// These keys and no others.
    case mapping([FieldSchema])
    /// A scalar for short, or the long form.
    case either(Schema, Schema)
    /// Another system's language; not looked into.
    case anything(expected: String)

    public var expected: String {
        switch self {
        case .scalar(let expected, _), .anything(let expected): expected
        case .list: "a list"
        case .map, .mapping: "a mapping"
        case .either(let short, let long):
            short.expected == long.expected ? short.expected : "\(short.expected) or \(long.expected)"
        }
    }

    /// The same form with every key optional: of a part that is merged over another.
    public var withoutRequired: Schema {
        switch self {
        case .scalar, .anything: self
        case .list(let element, let minimum): .list(of: element, minimum: minimum)
        case .map(let keys, let element, let maximum):
            .map(keys: keys, of: element.withoutRequired, maximum: maximum)
        case .either(let short, let long): .either(short.withoutRequired, long.withoutRequired)
        case .mapping(let fields):
            .mapping(
                fields.map { field in
                    FieldSchema(
                        name: field.name, schema: field.schema.withoutRequired, isRequired: false,
                        isBuilt: field.isBuilt, summary: field.summary)
                })
        }
    }

    /// The keys of a mapping, or of the mapping in a choice.
    public var fields: [FieldSchema] {
        switch self {
        case .mapping(let fields): fields
        case .either(let short, let long): short.fields + long.fields
        default: []
        }
    }
}

/// One key of a mapping.
public struct FieldSchema: Sendable, Hashable {
    public let name: String
    public let schema: Schema
    public let isRequired: Bool
    /// Described in the formats but refused for now.
    public let isBuilt: Bool
    /// One sentence or less, without a full stop.
    public let summary: String
}
