import Core
import Model

/// What `doctor` prints.
struct DoctorReport {
    private let findings: [Finding]
    private var problems: Int { findings.count { $0.level == .problem } }
    private var warnings: Int { findings.count { $0.level == .warning } }

    /// - Parameter findings: in any order.
    init(_ findings: [Finding]) {
        self.findings = Finding.Group.allCases.flatMap { group in findings.filter { $0.group == group } }
    }

    /// - Throws: when there is a problem, so that the exit status says so.
    func show(in context: CommandContext) throws {
        if context.wantsJSON {
            try context.showJSON(
                Document(findings: findings.map(Item.init), problems: problems, warnings: warnings))
        } else {
            lines.forEach { context.console.line(paint($0, context.console)) }
        }
        guard let first = findings.first(where: { $0.level == .problem }) else { return }
        let others = problems == 1 ? "" : " (and \(problems - 1) more)"
        throw DeploydError(.conflict, "\(first.text.printable)\(others); \(first.advice ?? "")".printable)
    }

    /// Groups, their findings below them, and a sum.
    var lines: [String] {
        let groups = Finding.Group.allCases.flatMap { group in
            let found = findings.filter { $0.group == group }
            return found.isEmpty ? [] : [group.rawValue] + found.flatMap(DoctorReport.lines)
        }
        return groups + [sum]
    }

    private static func lines(of finding: Finding) -> [String] {
        let word = finding.level.rawValue
        let first = "  \(word)\(String(repeating: " ", count: 9 - word.count))\(finding.text.printable)"
        return [first] + (finding.advice.map { ["           → \($0.printable)"] } ?? [])
    }

    private var sum: String {
        guard problems + warnings > 0 else { return "nothing is wrong" }
        return [(problems, "problem"), (warnings, "warning")].filter { $0.0 > 0 }
            .map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }

    private func paint(_ line: String, _ console: Console) -> String {
        let colours: [(String, Colour)] = [
            ("  ok", .green), ("  warning", .yellow), ("  problem", .red), ("  skipped", .dim),
        ]
        guard let (word, colour) = colours.first(where: { line.hasPrefix("\($0.0) ") }) else { return line }
        return console.paint(word, colour) + line.dropFirst(word.count)
    }

    private struct Document: Encodable {
        let findings: [Item]
        let problems: Int
        let warnings: Int
    }

    private struct Item: Encodable {
        let group: String
        let check: String
        let level: String
        let text: String
        let advice: String?

        init(_ finding: Finding) {
            (group, check, level) = (finding.group.rawValue, finding.check, finding.level.rawValue)
            (text, advice) = (finding.text, finding.advice)
        }
    }
}
