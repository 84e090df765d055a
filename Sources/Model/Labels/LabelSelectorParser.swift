import Core

/// Reads a selector from left to right. A word is whatever stands between spaces and the characters `=!(),<>`.
struct LabelSelectorParser {
    private static let special = Set<Character>(["=", "!", "(", ")", ",", "<", ">"])

    private let text: [Character]
    private var position = 0

    init(_ text: String) { self.text = Array(text) }

    mutating func requirements() throws(DeploydError) -> [LabelSelector.Requirement] {
        skipSpaces()
        var found: [LabelSelector.Requirement] = []
        guard position < text.count else { return found }
        repeat {
            guard found.count < LabelSelector.maximum else {
                throw error("more than \(LabelSelector.maximum) requirements")
            }
            found.append(try requirement())
        } while take(",")
        guard position == text.count else { throw error("expected ',' or the end, found \(next)") }
        return found
    }

    private mutating func requirement() throws(DeploydError) -> LabelSelector.Requirement {
        if take("!") { return LabelSelector.Requirement(key: try key(), test: .isMissing) }
        let key = try key()
        if take("=") {
            _ = takeNext("=")
            return LabelSelector.Requirement(key: key, test: .isOneOf([try value()]))
        }
        if take("!") {
            guard takeNext("=") else { throw error("expected '=' after '!', found \(next)") }
            return LabelSelector.Requirement(key: key, test: .isNoneOf([try value()]))
        }
        let start = position
        switch word() {
        case "in": return LabelSelector.Requirement(key: key, test: .isOneOf(try values()))
        case "notin": return LabelSelector.Requirement(key: key, test: .isNoneOf(try values()))
        case "" where position == text.count || text[position] == ",":
            return LabelSelector.Requirement(key: key, test: .exists)
        case _:
            position = start
            throw error("expected =, ==, !=, in, notin or ',' after '\(key)', found \(next)")
        }
    }

    private mutating func key() throws(DeploydError) -> String {
        skipSpaces()
        let start = position
        let key = word()
        guard !key.isEmpty else { throw error("expected a label's name, found \(next)") }
        guard LabelRules.isKey(key) else {
            position = start
            throw error("'\(key.prefix(60))' is not a label's name: \(LabelRules.keyRule)")
        }
        skipSpaces()
        return key
    }

    private mutating func value() throws(DeploydError) -> String {
        skipSpaces()
        let start = position
        let value = word()
        guard LabelRules.isValue(value) else {
            position = start
            throw error("'\(value.prefix(60))' is not a label's value: \(LabelRules.valueRule)")
        }
        skipSpaces()
        return value
    }

    /// `(a, b)`; as in Kubernetes, nothing between two commas is the empty value, and nothing at all is refused.
    private mutating func values() throws(DeploydError) -> Set<String> {
        guard take("(") else { throw error("expected '(', found \(next)") }
        guard !take(")") else {
            position -= 1
            throw error("expected a value, found ')'")
        }
        var found: Set<String> = []
        repeat {
            guard found.count < LabelSelector.maximum else { throw error("more than \(LabelSelector.maximum) values") }
            found.insert(try value())
        } while take(",")
        guard take(")") else { throw error("expected ',' or ')', found \(next)") }
        skipSpaces()
        return found
    }

    private mutating func word() -> String {
        let start = position
        while position < text.count, !text[position].isWhitespace, !LabelSelectorParser.special.contains(text[position])
        {
            position += 1
        }
        return String(text[start..<position])
    }

    /// Takes that character, which spaces may stand before.
    private mutating func take(_ character: Character) -> Bool {
        skipSpaces()
        return takeNext(character)
    }

    private mutating func takeNext(_ character: Character) -> Bool {
        guard position < text.count, text[position] == character else { return false }
        position += 1
        return true
    }

    private mutating func skipSpaces() {
        while position < text.count, text[position].isWhitespace { position += 1 }
    }

    private var next: String { position < text.count ? "'\(text[position])'" : "the end" }

    private func error(_ problem: String) -> DeploydError {
        DeploydError(.invalid, "the selector, at character \(position + 1): \(problem)")
    }
}
