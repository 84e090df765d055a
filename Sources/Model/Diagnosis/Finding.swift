/// One thing that was looked at in an installation, and what came of it.
public struct Finding: Sendable, Hashable {
    public enum Level: String, Sendable, CaseIterable {
        case ok
        /// It was not looked at, and the text says why.
        case skipped
        /// Nothing fails for now.
        case warning
        case problem
    }

    /// What it is part of; in the order in which they are shown.
    public enum Group: String, Sendable, CaseIterable {
        case server, worlds, instances
        case machine, data, database, work, processes, entrypoints, files
    }

    public let group: Group
    /// Which of the group's checks it is of, e.g. `integrity`.
    public let check: String
    public let level: Level
    /// What is so, in one sentence.
    public let text: String
    /// What to do; nil when nothing is to be done.
    public let advice: String?

    /// Whether somebody should look at it.
    public var isTrouble: Bool { level == .warning || level == .problem }

    public init(_ group: Group, _ check: String, _ level: Level, _ text: String, advice: String? = nil) {
        self.group = group
        self.check = check
        self.level = level
        self.text = text
        self.advice = advice
    }
}

/// Makes the findings of one check.
public struct FindingCheck: Sendable {
    public let group: Finding.Group
    public let name: String

    public init(_ group: Finding.Group, _ name: String) {
        self.group = group
        self.name = name
    }

    public func ok(_ text: String) -> Finding { Finding(group, name, .ok, text) }

    public func skipped(_ text: String, do advice: String? = nil) -> Finding {
        Finding(group, name, .skipped, text, advice: advice)
    }

    public func warning(_ text: String, do advice: String) -> Finding {
        Finding(group, name, .warning, text, advice: advice)
    }

    public func problem(_ text: String, do advice: String) -> Finding {
        Finding(group, name, .problem, text, advice: advice)
    }

    /// What was found, or that nothing was. A check that finds the same a hundred times says it of the first few.
    public func list(_ found: [Finding], orOk text: String) -> [Finding] {
        guard !found.isEmpty else { return [ok(text)] }
        let shown = 20
        guard found.count > shown else { return found }
        let isProblem = found.dropFirst(shown).contains { $0.level == .problem }
        let rest = Finding(
            group, name, isProblem ? .problem : .warning, "and \(found.count - shown) more of this kind",
            advice: "mend those above, and look again")
        return Array(found.prefix(shown)) + [rest]
    }
}
