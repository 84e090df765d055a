import Core

/// Texts as YAML 1.1 reads them back.
enum YAMLText {
    private static let words = ["", "null", "~", "true", "false", "yes", "no", "on", "off", "y", "n"]

    /// On one line.
    static func list(_ texts: [String]) -> String { "[" + texts.map(scalar).joined(separator: ", ") + "]" }

    /// Plain where it cannot be taken for anything else, else in quotes.
    static func scalar(_ written: String) -> String {
        // What YAML does not allow, not even in quotes.
        let text = String(String.UnicodeScalarView(written.unicodeScalars.filter(isAllowed)))
        let isPlain = text.utf8.allSatisfy { DockerfilePorts.isAlphanumeric($0) || "._/-=+@".utf8.contains($0) }
        let start = text.drop { $0 == "-" || $0 == "." || $0 == "/" }.first
        let startsAsWord = start?.isASCII == true && start?.isLetter == true
        guard isPlain, startsAsWord, !words.contains(text.lowercased()), !text.hasPrefix("---") else {
            // A JSON string is a YAML string, but for what JSON does not have to escape.
            return JSONValue.string(text).text
        }
        return text
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x1_0000...: true
        default: false
        }
    }
}
