public import Core
import Formats

extension ObjectFormat {
    /// The JSON Schema of what a request may bring.
    public static func schema(of kind: ObjectKind) -> JSONValue {
        switch kind {
        case .world: named(WorldFormat.world.schema, kind, [:])
        case .environment:
            named(
                WorldFormat.environment.schema, kind,
                [
                    "targets": [
                        "type": "array", "items": TargetBody.schema.json,
                        "description": "All targets that the API makes of it; left out: they stay as they are.",
                    ]
                ])
        case .environmentSet: named(WorldFormat.environmentSet.schema, kind, [:])
        case .target: named(TargetBody.schema, kind, [:])
        }
    }

    /// With `name`, which the path of a PUT says already, and without what is not built.
    private static func named(_ schema: Schema, _ kind: ObjectKind, _ changed: [String: JSONValue]) -> JSONValue {
        let built = schema.fields.filter(\.isBuilt)
        var members = Schema.mapping(built).json.object ?? [:]
        var properties = (members["properties"]?.object ?? [:]).merging(changed) { _, changed in changed }
        properties["name"] = properties["name"] ?? properties.removeValue(forKey: kind.rawValue)
        members["properties"] = .object(properties)
        let required = built.filter { $0.isRequired && !["name", kind.rawValue].contains($0.name) }
        members["required"] = required.isEmpty ? nil : .array(required.map { .string($0.name) })
        return .object(members)
    }
}

extension TargetBody {
    fileprivate static let schema = Schema.mapping(fields.map(\.declaration))
}
