/// A path such as `/api/v1/applications/{app}`; `{name...}` at the end takes all that follows, at least one segment.
struct RoutePattern: Sendable, Equatable, CustomStringConvertible {
    enum Part: Sendable, Equatable {
        case literal(String)
        case parameter(String)
        case rest(String)
    }

    let description: String
    let parts: [Part]
    /// Whether there is anything to name.
    let hasParameters: Bool

    init(_ text: String) {
        precondition(text.hasPrefix("/"), "a route's pattern starts with '/': \(text)")
        description = text
        parts = text.dropFirst().isEmpty ? [] : text.dropFirst().split(separator: "/").map(RoutePattern.part)
        hasParameters = parts.contains { if case .literal = $0 { false } else { true } }
        let isRestInside = parts.dropLast().contains { if case .rest = $0 { true } else { false } }
        precondition(!isRestInside, "'{name...}' must be the last part: \(text)")
    }

    private static func part(_ text: Substring) -> Part {
        guard text.hasPrefix("{"), text.hasSuffix("}") else { return .literal(String(text)) }
        let name = text.dropFirst().dropLast()
        return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
    }

    /// The parameters' values in segments that are known to fit.
    func parameters(of segments: [String]) -> [String: String] {
        var values: [String: String] = [:]
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal: break
            case .parameter(let name): values[name] = segments[index]
            case .rest(let name): values[name] = segments[index...].joined(separator: "/")
            }
        }
        return values
    }
}
