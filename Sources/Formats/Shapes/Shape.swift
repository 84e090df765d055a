/// What may stand at a place, and how it becomes a value.
///
/// One declaration serves the reader, its error messages, the JSON Schema and the reference, so that they cannot
/// differ.
public struct Shape<Value: Sendable>: Sendable {
    public let schema: Schema
    private let reading: @Sendable (Place) -> Value?

    /// - Parameter read: gives the value, or reports what is wrong and gives nil.
    public init(_ schema: Schema, read: @escaping @Sendable (Place) -> Value?) {
        self.schema = schema
        reading = read
    }

    /// The value at `place`; nil when it was reported as wrong.
    public func read(_ place: Place) -> Value? { reading(place) }

    /// The value of a whole document.
    public func read(_ document: YAMLNode, diagnostics: Diagnostics) -> Value? {
        read(Place(document, diagnostics: diagnostics))
    }

    /// The same form with another value.
    public func map<Other>(_ transform: @escaping @Sendable (Value) -> Other) -> Shape<Other> {
        Shape<Other>(schema) { place in read(place).map(transform) }
    }

    /// The same form, with a rule that may report and refuse.
    public func checked(_ check: @escaping @Sendable (Value, Place) -> Value?) -> Shape {
        Shape(schema) { place in read(place).flatMap { check($0, place) } }
    }
}
