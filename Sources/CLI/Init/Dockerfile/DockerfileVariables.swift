/// Puts the values of variables into an instruction's text
/// (https://docs.docker.com/reference/dockerfile/#environment-replacement).
struct DockerfileVariables {
    var values: [String: String] = [:]

    /// - Returns: the text, and whether every variable in it is known; one that is not is empty.
    func replaced(in text: String) -> (text: String, isKnown: Bool) {
        var rest = text[...]
        var output = ""
        var isKnown = true
        while let character = rest.popFirst() {
            if character == "\\", let next = rest.popFirst() {
                output += next == "$" ? "$" : "\\\(next)"
            } else if character == "$", let (value, length) = reference(rest) {
                rest = rest.dropFirst(length)
                if value == nil { isKnown = false }
                output += value ?? ""
            } else {
                output.append(character)
            }
        }
        return (output, isKnown)
    }

    /// - Parameter text: what stands behind a `$`.
    /// - Returns: how many characters the reference has; nil where there is none.
    private func reference(_ text: Substring) -> (value: String?, length: Int)? {
        guard text.first == "{" else {
            let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            return name.isEmpty ? nil : (values[String(name)], name.count)
        }
        guard let end = text.firstIndex(of: "}") else { return nil }
        let inner = text[..<end].dropFirst()
        let name = inner.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let value = values[String(name)]
        let length = inner.count + 2
        let rest = inner.dropFirst(name.count)
        let word = rest.drop { $0 == ":" }.dropFirst()
        switch rest.drop(while: { $0 == ":" }).first {
        case "-": return (value.flatMap { $0.isEmpty ? nil : $0 } ?? String(word), length)
        case "+": return (value.map { $0.isEmpty ? "" : String(word) } ?? "", length)
        default: return (value, length)
        }
    }
}

/// Splits text into words as a shell does, with quotes and `\`; nothing else of a shell's language.
enum ShellWords {
    static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = text[...]
        while let character = rest.popFirst() {
            if let open = quote {
                if character == open {
                    quote = nil
                } else if character == "\\", open == "\"", let next = rest.first, "\"\\$".contains(next) {
                    word = (word ?? "") + String(rest.removeFirst())
                } else {
                    word = (word ?? "") + String(character)
                }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == "\\", let next = rest.popFirst() {
                word = (word ?? "") + String(next)
            } else if character.isWhitespace {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }
}
