import Model
import Testing

@Suite struct TriggerTests {
    @Test(arguments: [
        ("main", "main", true), ("main", "main2", false), ("*", "", true), ("*", "a/b", true), ("v*", "v1.2.0", true),
        ("v*", "av1", false), ("release/*", "release/", true), ("*-rc*", "v1-rc2", true), ("*-rc*", "v1-r", false),
        ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-b-b", false), ("**", "x", true), ("", "", true), ("", "x", false),
        (String(repeating: "a*", count: 50) + "b", String(repeating: "a", count: 200), false),
    ])
    func globs(pattern: String, name: String, expected: Bool) {
        #expect(Glob.matches(pattern, name) == expected)
    }

    /// Which environments a push of a ref sets, by the triggers of the service `users`.
    @Test(arguments: [
        ("refs/heads/main", "development qa"), ("refs/heads/fix/1", "qa"), ("refs/heads/other", ""),
        ("refs/tags/v1", "staging"), ("refs/tags/users/v1", "staging"), ("refs/tags/billing/v1", ""),
        ("refs/tags/users/hot", "production"), ("refs/tags/main", ""),
    ])
    func environments(reference: String, expected: String) throws {
        let settings = Application.Settings(
            environmentSets: [], environments: [],
            triggers: [
                Trigger(.branch("fix/*"), environment: "qa"), Trigger(.branch("main"), environment: "qa"),
                Trigger(.branch("main"), environment: "development"), Trigger(.tag("v*"), environment: "staging"),
                Trigger(.tag("users/hot"), environment: "production"), Trigger(.branch("*n"), environment: "gone"),
            ])
        let found = settings.environments(
            triggeredBy: try #require(PushedReference(reference)), of: "users", defaultBranch: "main",
            among: ["development", "qa", "staging", "production"])
        #expect(found.joined(separator: " ") == expected)
    }

    @Test func byDefaultTheDefaultBranchSetsTheFirst() {
        let settings = Application.Settings(environmentSets: [], environments: [])
        let found = ["heads/main", "heads/other", "tags/main", "pull/1", "heads/"].map { name in
            PushedReference("refs/\(name)").map {
                settings.environments(triggeredBy: $0, of: "a", defaultBranch: "main", among: ["x", "y"])
            }
        }
        #expect(found == [["x"], [], [], nil, nil])
    }
}
