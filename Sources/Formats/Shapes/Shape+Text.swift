import Core

extension Shape where Value == String {
    /// A string. Numbers and booleans are refused, since what was meant is not known until they are quoted.
    public static let string = string(.anything)

    /// A string that fits a rule.
    public static func string(_ rule: TextRule) -> Shape {
        var json: [String: JSONValue] = ["type": "string"]
        json["pattern"] = rule.pattern.map(JSONValue.string)
        return Shape(.scalar(expected: rule.expected, json: json)) { place in
            guard let scalar = place.scalar, scalar.kind != .null else { return place.fail(expected: rule.expected) }
            guard scalar.kind == .string else { return place.fail(expected: rule.expected, hint: "; quote it") }
            guard rule.allows(scalar.text) else {
                place.fail("'\(shortened(scalar.text))': \(rule.rule)")
                return nil
            }
            return place.withoutNUL(scalar.text)
        }
    }

    /// A name: a DNS label.
    public static let name = string(.name)

    /// Any scalar, as it is written: `0755` stays `0755` and `yes` stays `yes`.
    public static let text = text(.anything)

    /// Any scalar, as it is written, that fits a rule.
    public static func text(_ rule: TextRule) -> Shape {
        var json: [String: JSONValue] = ["type": ["string", "number", "boolean"]]
        json["pattern"] = rule.pattern.map(JSONValue.string)
        return Shape(.scalar(expected: rule.expected, json: json)) { place in
            guard let scalar = place.scalar else { return place.fail(expected: rule.expected) }
            guard scalar.kind != .null else {
                return place.fail(expected: rule.expected, hint: "; write \"\" for an empty one")
            }
            guard rule.allows(scalar.text) else {
                place.fail("'\(shortened(scalar.text))': \(rule.rule)")
                return nil
            }
            return place.withoutNUL(scalar.text)
        }
    }
}

extension Shape where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the cases' raw values.
    public static func choice() -> Shape {
        let names = Value.allCases.map(\.rawValue)
        let expected = names.count == 1 ? names.joined() : "one of \(names.joined(separator: ", "))"
        return Shape(.scalar(expected: expected, json: ["enum": .array(names.map(JSONValue.string))])) { place in
            guard let scalar = place.scalar, scalar.kind == .string else { return place.fail(expected: expected) }
            if let value = Value(rawValue: scalar.text) { return value }
            return place.fail(expected: expected, hint: NearestName.hint(scalar.text, in: names))
        }
    }
}

extension Place {
    /// The scalar here, unless it has a tag of another language.
    var scalar: YAMLScalar? { node.tag == nil ? node.scalar : nil }

    /// Text that can be an argument, a variable or a name for the operating system.
    fileprivate func withoutNUL(_ text: String) -> String? {
        guard text.utf8.contains(0) else { return text }
        fail("a NUL character is not allowed")
        return nil
    }
}
