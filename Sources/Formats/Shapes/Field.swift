/// What a mapping's declaration lists.
public protocol FieldDeclaration: Sendable {
    var declaration: FieldSchema { get }
}

/// A key whose value is read as `Value`.
public struct Field<Value: Sendable>: FieldDeclaration {
    public let declaration: FieldSchema
    let shape: Shape<Value>

    public init(_ name: String, _ shape: Shape<Value>, required: Bool = false, _ summary: String) {
        self.shape = shape
        declaration = FieldSchema(
            name: name, schema: shape.schema, isRequired: required, isBuilt: true, summary: summary)
    }

    public var name: String { declaration.name }
}

/// A key that the formats describe and that is refused by name until it is built.
public struct UnbuiltField: FieldDeclaration {
    public let declaration: FieldSchema

    public init(_ name: String, _ summary: String) {
        declaration = FieldSchema(
            name: name, schema: .anything(expected: "anything"), isRequired: false, isBuilt: false, summary: summary)
    }
}
