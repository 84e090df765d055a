public import Core

extension Shape {
    /// A list. Elements that are wrong are reported and left out.
    public static func list<Element>(of element: Shape<Element>, minimum: Int = 0) -> Shape
    where Value == [Element] {
        Shape(.list(of: element.schema, minimum: minimum)) { place in
            guard let nodes = place.node.sequence, place.node.tag == nil else {
                return place.fail(expected: "a list", hint: element.schema.takesText ? place.asList : "")
            }
            if nodes.count < minimum { place.fail("an empty list is not allowed") }
            return nodes.enumerated().compactMap { element.read(place.element($0.offset, $0.element)) }
        }
    }

    /// A mapping with keys of the writer's choice. Entries that are wrong are reported and left out.
    /// - Parameter maximum: how many entries there may be.
    public static func map<Element>(keys rule: TextRule, of element: Shape<Element>, maximum: Int = 200) -> Shape
    where Value == [String: Element] {
        Shape(.map(keys: rule, of: element.schema, maximum: maximum)) { place in
            guard let entries = place.node.mapping, place.node.tag == nil else {
                return place.fail(expected: "a mapping", hint: place.node.isNull ? "; write {}" : place.asMapping)
            }
            guard entries.count <= maximum else {
                place.fail("\(entries.count) entries; \(maximum) are the most")
                return nil
            }
            var members: [String: Element] = [:]
            for entry in entries {
                if !rule.allows(entry.key) { place.fail(key: entry, "not \(rule.expected): \(rule.rule)") }
                if let value = element.read(place.member(entry)) { members[entry.key] = value }
            }
            return members
        }
    }

    /// A short form that is a scalar, or else `long`.
    public static func either(_ short: Shape, _ long: Shape) -> Shape {
        Shape(.either(short.schema, long.schema)) { place in
            if long.schema.mayBe(place.node) { return long.read(place) }
            guard place.node.scalar != nil, !place.node.isNull else {
                return place.fail(expected: "\(short.schema.expected) or \(long.schema.expected)")
            }
            return short.read(place)
        }
    }

    /// The value together with where it stands.
    public var located: Shape<Located<Value>> {
        Shape<Located<Value>>(schema) { place in
            read(place).map { Located($0, at: place.position) }
        }
    }
}

extension Schema {
    fileprivate var takesText: Bool {
        switch self {
        case .scalar: true
        case .either(let short, let long): short.takesText || long.takesText
        default: false
        }
    }

    /// Whether it has this form, a list or a mapping, as far as one can see from outside.
    fileprivate func mayBe(_ node: YAMLNode) -> Bool {
        switch (self, node.content) {
        case (.list, .sequence), (.map, .mapping), (.mapping, .mapping), (.anything, .mapping), (.anything, .sequence):
            true
        case (.either(let short, let long), _): short.mayBe(node) || long.mayBe(node)
        default: false
        }
    }
}

extension Place {
    /// How a short text would be written as the list that is expected.
    fileprivate var asList: String {
        guard let text = scalar?.text, scalar?.style == .plain, scalar?.kind == .string,
            (1...60).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x1F && $0 < 0x7F && !"[]{},:#&*!|>'\"%@`".utf8.contains($0) })
        else { return "" }
        return "; write [\(text.split(separator: " ").joined(separator: ", "))]"
    }

    /// How the first of a list would be written as an entry of the mapping that is expected.
    fileprivate var asMapping: String {
        guard let first = node.sequence?.first?.scalar?.text, !first.isEmpty else { return "" }
        let parts = first.split(separator: "=", maxSplits: 1).map { shortened(String($0), limit: 20) }
        return parts.count == 2 ? "; write \(parts[0]): \(parts[1])" : "; write NAME: \(shortened(first, limit: 20))"
    }
}

extension Shape where Value == JSONValue {
    /// A string, whole number or boolean. Other numbers are kept as the text that is written, so that `1.10` stays so.
    public static let scalar = Shape(
        .scalar(
            expected: "a string, a number or a boolean", json: ["type": ["string", "number", "boolean"]])
    ) { place in
        guard let scalar = place.scalar, scalar.kind != .null else {
            return place.fail(expected: "a string, a number or a boolean")
        }
        switch scalar.kind {
        case .integer(let value): return .integer(value)
        case .bool(let value): return .bool(value)
        default: return Shape<String>.text.read(place).map(JSONValue.string)
        }
    }

    /// Whatever stands there, in a language that is not ours. JSON has no tags, so they are refused.
    public static func json(_ expected: String) -> Shape {
        Shape(.anything(expected: expected)) { place in
            guard let tagged = place.node.firstTagged, let tag = tagged.tag else { return place.node.json }
            place.diagnostics.report(
                tagged.position, place.path, "the tag '\(shortened(YAMLTag.written(tag)))' means nothing here")
            return nil
        }
    }
}

/// A value and where it is written.
public struct Located<Value: Sendable>: Sendable {
    public let value: Value
    public let position: SourcePosition

    public init(_ value: Value, at position: SourcePosition) {
        self.value = value
        self.position = position
    }
}

extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
