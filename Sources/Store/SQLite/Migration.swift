/// One change of the schema. Once released it is never edited, moved or removed; a later one follows it.
struct Migration: Sendable {
    /// Unique and lasting.
    let name: String
    let statements: [String]

    /// - Parameter sql: statements, each ended by a line that is only `;`.
    init(_ name: String, _ sql: String) {
        self.name = name
        var statements: [[Substring]] = [[]]
        for line in sql.split(separator: "\n") {
            if line == ";" {
                statements.append([])
            } else {
                statements[statements.count - 1].append(line)
            }
        }
        self.statements = statements.map { $0.joined(separator: "\n") }.filter { !$0.isEmpty }
    }

    var text: String { statements.joined(separator: "\n;\n") }
}
