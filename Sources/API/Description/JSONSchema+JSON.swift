import Core

extension JSONSchema {
    /// Whether members are written for what clients send or for what they get.
    enum Direction: Sendable {
        case request, answer
        /// An answer in which members that are nil are left out.
        case sparseAnswer
    }

    /// The schema in JSON Schema 2020-12, as OpenAPI 3.1 has it. Objects are put into `components` under their names.
    func json(_ direction: Direction, components: inout [String: JSONValue]) -> JSONValue {
        switch self {
        case .any: [:]
        case .boolean: ["type": "boolean"]
        case .integer(let bounds): JSONSchema.integer(bounds)
        case .number: ["type": "number"]
        case .string(let text): JSONSchema.string(text)
        case .choice(let values): ["type": "string", "enum": .array(values.map(JSONValue.string))]
        case .list(let element): ["type": "array", "items": element.json(direction, components: &components)]
        case .map(let value):
            ["type": "object", "additionalProperties": value.json(direction, components: &components)]
        case .nullable(let schema): ["anyOf": [schema.json(direction, components: &components), ["type": "null"]]]
        case .written(let json): json
        case .object(let object): JSONSchema.reference(to: object, direction, &components)
        }
    }

    private static func integer(_ bounds: ClosedRange<Int64>?) -> JSONValue {
        var json: [String: JSONValue] = ["type": "integer", "format": "int64"]
        json["minimum"] = bounds.map { .integer($0.lowerBound) }
        json["maximum"] = bounds.map { .integer($0.upperBound) }
        return .object(json)
    }

    private static func string(_ text: Text) -> JSONValue {
        var json: [String: JSONValue] = ["type": "string"]
        json["format"] = text.format.map(JSONValue.string)
        json["minLength"] = text.length.map { .integer(Int64($0.lowerBound)) }
        json["maxLength"] = text.length.map { .integer(Int64($0.upperBound)) }
        json["pattern"] = text.pattern.map(JSONValue.string)
        return .object(json)
    }

    private static func reference(
        to object: Object, _ direction: Direction, _ components: inout [String: JSONValue]
    ) -> JSONValue {
        if components[object.name] == nil {
            components[object.name] = .null
            components[object.name] = body(of: object, direction, &components)
        }
        return ["$ref": .string("#/components/schemas/\(object.name)")]
    }

    private static func body(
        of object: Object, _ direction: Direction, _ components: inout [String: JSONValue]
    ) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        for member in object.members {
            properties[member.name] = member.schema.json(direction, components: &components)
        }
        let required = object.members.filter { direction == .answer || $0.isRequired }.map(\.name)
        var json: [String: JSONValue] = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { json["required"] = .array(required.map(JSONValue.string)) }
        if direction == .request { json["additionalProperties"] = false }
        return .object(json)
    }
}
