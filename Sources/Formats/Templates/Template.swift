/// A text with references: `postgres://${requires.users.host}`. `$${` stands for a literal `${`; any other `$` for
/// itself.
public struct Template: Sendable, Hashable {
    public enum Part: Sendable, Hashable {
        case literal(String)
        case reference(Reference)
    }

    /// Neither empty literals nor two literals in a row.
    public let parts: [Part]

    public init(parts: [Part]) { self.parts = parts }

    /// A text that is taken as it is.
    public init(literal text: String) { parts = text.isEmpty ? [] : [.literal(text)] }

    public var references: [Reference] {
        parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
    }

    /// The text, if nothing in it has to be replaced.
    public var literal: String? {
        switch parts.count {
        case 0: ""
        case 1: if case .literal(let text) = parts[0] { text } else { nil }
        default: nil
        }
    }

    /// The text with each reference replaced by what `lookup` gives for it.
    /// - Throws: what `lookup` throws.
    public func resolve(_ lookup: (Reference) throws -> String) rethrows -> String {
        try parts.map { part in
            switch part {
            case .literal(let text): text
            case .reference(let reference): try lookup(reference)
            }
        }.joined()
    }

    /// The template as it would be written; `Template.parse` gives it back.
    public var source: String {
        parts.map { part in
            switch part {
            case .literal(let text): Template.escaped(text)
            case .reference(let reference): "${\(reference)}"
            }
        }.joined()
    }

    private static func escaped(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if scalar == "$", index + 1 < scalars.count, scalars[index + 1] == "{" { output.append("$") }
            output.append(scalar)
        }
        return String(output)
    }
}
