import Core

extension JSONSchema {
    /// Whether members are written for what clients send or for what they get.
    enum Direction: Sendable { case request, answer }

    /// The schema in JSON Schema 2020-12, as OpenAPI 3.1 has it. Objects are put into `components` under their names.
    func json(_ direction: Direction, components: inout [String: JSONValue]) -> JSONValue {
        switch self {
        case .any: [:]
        case .boolean: ["type": "boolean"]
        case .integer: ["type": "integer", "format": "int64"]
        case .number: ["type": "number"]
        case .string(let format): JSONSchema.string(format)
        case .choice(let values): ["type": "string", "enum": .array(values.map(JSONValue.string))]
        case .list(let element): ["type": "array", "items": element.json(direction, components: &components)]
        case .map(let value):
            ["type": "object", "additionalProperties": value.json(direction, components: &components)]
        case .nullable(let schema): ["anyOf": [schema.json(direction, components: &components), ["type": "null"]]]
        case .written(let json): json
        case .object(let object): JSONSchema.reference(to: object, direction, &components)
        }
    }

    private static func string(_ format: String?) -> JSONValue {
        guard let format else { return ["type": "string"] }
        return ["type": "string", "format": .string(format)]
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
