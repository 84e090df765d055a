import Core
import Formats

extension TextRule {
    /// Names of environment variables (POSIX.1-2017, XBD 8.1).
    static let environmentVariable = TextRule(
        expected: "a variable's name", rule: "use letters, digits and '_', no digit first",
        pattern: "^[A-Za-z_][A-Za-z0-9_]*$"
    ) { text in
        !text.isEmpty && text.utf8.first.map(isDigit) == false
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// Names of secrets: environment variables that fit into a path of the API.
    static let secretName = TextRule(
        expected: "a variable's name", rule: "use 1 to 128 letters, digits and '_', no digit first",
        pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$"
    ) { text in
        text.utf8.count <= 128 && environmentVariable.allows(text)
    }

    static let label = TextRule(
        expected: "a label's name", rule: LabelRules.keyRule, pattern: LabelRules.keyPattern, isValid: LabelRules.isKey)

    static let labelValue = TextRule(
        expected: "a label's value", rule: LabelRules.valueRule, pattern: LabelRules.valuePattern,
        isValid: LabelRules.isValue)

    /// An address that a page may link to.
    static let webAddress = TextRule(
        expected: "an address", rule: "use one that begins with https:// or http://", pattern: "^https?://[^ ]+$"
    ) { text in
        ["https://", "http://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }

    /// The address of a git repository. What is fetched from is checked again, by whoever does.
    static let repositoryURL = TextRule(
        expected: "an address", rule: "use https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH",
        pattern: "^[A-Za-z0-9][!-~]*[:/][!-~]+$"
    ) { text in
        guard let first = text.utf8.first, let last = text.utf8.last, isLetter(first) || isDigit(first) else {
            return false
        }
        return text.utf8.count <= 2048 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && text.utf8.dropFirst().dropLast().contains { [UInt8(ascii: ":"), UInt8(ascii: "/")].contains($0) }
            && last != UInt8(ascii: ":")
    }

    /// The name of a tag or branch (git-check-ref-format(1)), or a commit.
    static let gitRef = TextRule(
        expected: "a tag, branch or commit", rule: "use the name of a tag or branch, or a full commit",
        pattern: "^[^-. ~^:?*\\[\\\\][^ ~^:?*\\[\\\\]*$"
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 255 && !text.contains("..") && !text.contains("@{") && !text.hasSuffix(".")
            && parts.allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".") && !part.hasPrefix("-") && !part.hasSuffix(".lock")
                    && part.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"~^:?*[\\".utf8.contains($0) }
            }
    }

    /// The path of a URL.
    static let urlPath = TextRule(
        expected: "a path", rule: "use one that begins with / and has no space", pattern: "^/[!-~]*$"
    ) { text in
        text.hasPrefix("/") && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
private func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

extension Shape where Value == [String: String] {
    /// Labels, as applications, worlds, environments, their sets and targets have them.
    static let labels = Shape.map(keys: .label, of: .text(.labelValue), maximum: 50)
}

extension Shape where Value == [String] {
    /// Names without repetition, in the order of the file.
    static let names = Shape.list(of: Shape<String>.name).map { names in
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// Names of which one that is there twice is a mistake.
    /// - Parameter maximum: how many there may be.
    static func distinctNames(
        _ name: Shape<String> = .name, minimum: Int = 0, atMost maximum: Int = 100
    ) -> Shape {
        list(of: name, minimum: minimum).checked(atMost: maximum).checked { names, place in
            var seen: Set<String> = []
            for (index, node) in (place.node.sequence ?? []).enumerated() {
                guard let name = node.scalar?.text, !seen.insert(name).inserted else { continue }
                place.element(index, node).fail("'\(name)' is named twice")
            }
            return names
        }
    }
}
