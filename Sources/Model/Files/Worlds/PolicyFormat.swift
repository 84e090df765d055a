import Formats

/// The keys of an environment that say who may be deployed there, and how versions come there.
enum PolicyFormat {
    static let applications = Field(
        "applications", .patterns(.applicationPattern),
        "Applications that may be deployed here; * stands for any characters; default: all")
    static let repositories = Field(
        "repositories", .patterns(.repositoryPattern),
        "Code repositories whose services may be deployed here; * stands for any characters; default: all, and pushed "
            + "working trees too")
    static let versions = Field(
        "versions", Shape<EnvironmentPolicy.Versions>.choice(),
        "How the version may change, besides rollbacks: in any way (default), by promotion only, by triggers only")

    static let fields: [any FieldDeclaration] = [applications, repositories, versions]

    static func read(_ reader: MappingReader) -> EnvironmentPolicy {
        EnvironmentPolicy(
            applications: reader[applications] ?? ["*"], repositories: reader[repositories] ?? ["*"],
            versions: reader[versions] ?? .any)
    }
}

extension TextRule {
    /// The name of an application, and `*`.
    static let applicationPattern = TextRule(
        expected: "a pattern", rule: "use 1 to 63 of a-z, 0-9, '-', and '*' for any characters",
        pattern: "^[a-z0-9*-]{1,63}$"
    ) { text in
        (1...63).contains(text.utf8.count) && text.utf8.allSatisfy { PatternRules.small.contains($0) }
    }

    /// The full name of a code repository, such as `acme/hello`, and `*`.
    static let repositoryPattern = TextRule(
        expected: "a pattern", rule: "use a repository's full name such as acme/hello, and '*' for any characters",
        pattern: "^[A-Za-z0-9._/*-]{1,200}$"
    ) { text in
        (1...200).contains(text.utf8.count) && text.utf8.allSatisfy { PatternRules.all.contains($0) }
    }
}

private enum PatternRules {
    static let small = Set("abcdefghijklmnopqrstuvwxyz0123456789-*".utf8)
    static let all = small.union("ABCDEFGHIJKLMNOPQRSTUVWXYZ._/".utf8)
}

extension Shape where Value == [String] {
    /// A list of patterns. Nobody is no answer to who may.
    static func patterns(_ rule: TextRule) -> Shape {
        list(of: Shape<String>.string(rule), minimum: 1).checked(atMost: 100)
    }
}
