public import Core

extension YAMLNode {
    /// The value as JSON; tags are lost, and numbers that JSON lacks become null.
    public var json: JSONValue {
        switch content {
        case .sequence(let nodes): .array(nodes.map(\.json))
        case .mapping(let entries):
            .object(Dictionary(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .integer(value)
            case .float(let value): value.isFinite ? .number(value) : .null
            case .string: .string(scalar.text)
            }
        }
    }
}
