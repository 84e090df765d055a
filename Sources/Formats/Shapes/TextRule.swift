import Core

/// What a text may be, beyond being text.
public struct TextRule: Sendable, Hashable {
    /// "a name", for "expected a name".
    public let expected: String
    /// The rule in words, for "'Foo': use …".
    public let rule: String
    /// The rule as a regular expression (ECMA 262), for JSON Schema.
    public let pattern: String?
    private let test: @Sendable (String) -> Bool

    /// - Parameter isValid: must agree with `pattern`.
    public init(
        expected: String, rule: String, pattern: String?, isValid: @escaping @Sendable (String) -> Bool
    ) {
        self.expected = expected
        self.rule = rule
        self.pattern = pattern
        test = isValid
    }

    public func allows(_ text: String) -> Bool { test(text) }

    public static func == (a: TextRule, b: TextRule) -> Bool { (a.expected, a.rule) == (b.expected, b.rule) }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(expected)
        hasher.combine(rule)
    }

    /// Names of services, worlds, environments and their like.
    public static let name = TextRule(
        expected: "a name", rule: DNSLabel.rule, pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        isValid: DNSLabel.isValid)

    /// Names that `${}` may refer to and that other systems may want in camel case.
    public static let identifier = TextRule(
        expected: "a name", rule: "use letters, digits and '_', a letter first", pattern: "^[A-Za-z][A-Za-z0-9_]*$"
    ) { text in
        text.utf8.first.map(isLetter) == true
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    public static let anything = TextRule(expected: "text", rule: "", pattern: nil) { _ in true }
}

func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}
