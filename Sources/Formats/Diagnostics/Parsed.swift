public import Core

/// What came of reading a file: its value, or everything that is wrong with it.
public struct Parsed<Value> {
    /// Nil exactly when there are diagnostics.
    public let value: Value?
    /// Every error, by position.
    public let diagnostics: [Diagnostic]

    public init(value: Value?, diagnostics: [Diagnostic]) {
        self.value = value
        self.diagnostics = diagnostics
    }

    /// The value.
    /// - Throws: `DeploydError` `invalid` with one line for each diagnostic.
    public func get() throws(DeploydError) -> Value {
        guard let value else {
            throw DeploydError(.invalid, diagnostics.map(\.description).joined(separator: "\n"))
        }
        return value
    }
}

extension Parsed: Sendable where Value: Sendable {}
extension Parsed: Equatable where Value: Equatable {}
