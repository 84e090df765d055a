import Core

/// What a JSON value may be: the part of JSON Schema that the wire types need.
indirect enum JSONSchema: Sendable, Equatable {
    case any
    case boolean
    case integer(ClosedRange<Int64>?)
    case number
    case string(Text)
    /// One of these strings.
    case choice([String])
    case list(JSONSchema)
    /// An object with any names.
    case map(JSONSchema)
    case object(Object)
    case nullable(JSONSchema)
    /// Written by hand, for a type that codes itself. Not checked.
    case written(JSONValue)

    static let integer = JSONSchema.integer(nil)
    static let string = JSONSchema.string(Text())

    static func string(format: String) -> JSONSchema { .string(Text(format: format)) }

    struct Text: Sendable, Equatable {
        var format: String?
        /// In characters.
        var length: ClosedRange<Int>?
        /// For the document; whoever reads the value checks it.
        var pattern: String?
    }

    struct Object: Sendable, Equatable {
        /// Names its component in the document.
        var name: String
        var members: [Member]
    }

    struct Member: Sendable, Equatable {
        var name: String
        var schema: JSONSchema
        /// Whether a request must have it. An answer always has every member, though it may be null.
        var isRequired: Bool
    }
}

/// A wire type that codes itself says what it looks like.
protocol SchemaProviding: Decodable {
    static var schema: JSONSchema { get }
    /// Any value, which the probe gives to what decodes this type.
    static var sample: Self { get }
}

/// A wire type some of whose members are narrower than their Swift types.
protocol SchemaNarrowing: Decodable {
    /// By the member's name.
    static var narrowed: [String: JSONSchema] { get }
}
