/// One instruction of a Dockerfile, its continued lines joined
/// (https://docs.docker.com/reference/dockerfile/#format).
struct DockerfileInstruction: Equatable {
    /// In capitals.
    let name: String
    let text: String

    /// The instructions of a file; comments, empty lines and here-documents are passed over.
    static func all(of file: String) -> [DockerfileInstruction] {
        var lines = file.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
        let escape = escapeCharacter(lines)
        var found: [DockerfileInstruction] = []
        while !lines.isEmpty {
            let line = joined(&lines, escape)
            let name = line.prefix { !$0.isWhitespace }
            guard !name.isEmpty else { continue }
            let instruction = DockerfileInstruction(
                name: name.uppercased(), text: String(line.dropFirst(name.count)).trimmed)
            if ["RUN", "COPY", "ADD"].contains(instruction.name) { skipDocuments(of: instruction.text, &lines) }
            found.append(instruction)
        }
        return found
    }

    /// `# escape=` among the directives, which are the first lines.
    private static func escapeCharacter(_ lines: ArraySlice<Substring>) -> Character {
        for line in lines.map({ String($0).trimmed }) {
            guard line.hasPrefix("#"), line.contains("=") else { break }
            let parts = line.dropFirst().split(separator: "=", maxSplits: 1).map { String($0).trimmed }
            if parts.count == 2, parts[0].lowercased() == "escape", parts[1] == "`" { return "`" }
        }
        return "\\"
    }

    /// The next line with those that continue it, between which comments and empty lines may stand.
    private static func joined(_ lines: inout ArraySlice<Substring>, _ escape: Character) -> String {
        var text = ""
        while let line = lines.popFirst() {
            let words = String(line).trimmed
            if words.hasPrefix("#") || words.isEmpty {
                if text.isEmpty { return "" }
                continue
            }
            guard words.last == escape else { return (text + line).trimmed }
            // White space may stand behind the escape.
            text += line[..<(line.lastIndex(of: escape) ?? line.endIndex)]
        }
        return text.trimmed
    }

    /// `<<EOF`, `<<-EOF` or `<<"EOF"`: up to a line of that word.
    private static func skipDocuments(of text: String, _ lines: inout ArraySlice<Substring>) {
        for word in text.split(whereSeparator: \.isWhitespace) {
            let rest = word.drop(while: \.isNumber)
            guard rest.hasPrefix("<<") else { continue }
            let isIndented = rest.hasPrefix("<<-")
            let end = rest.dropFirst(isIndented ? 3 : 2).filter { $0 != "\"" && $0 != "'" }
            guard !end.isEmpty, !end.contains("<") else { continue }
            while let line = lines.popFirst() {
                if (isIndented ? line.drop { $0 == "\t" } : line) == end { break }
            }
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
