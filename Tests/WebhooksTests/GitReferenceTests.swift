import Testing

@testable import Webhooks

struct GitReferenceTests {
    static let table: [(String, GitReference.Kind?, String)] = [
        ("refs/heads/main", .branch, "main"),
        ("refs/heads/feature/übung", .branch, "feature/übung"),
        ("refs/tags/v1.2.0", .tag, "v1.2.0"),
        ("refs/tags/users/v1", .tag, "users/v1"),
        ("refs/notes/commits", .other, "notes/commits"),
        ("refs/heads", .other, "heads"),
        ("main", nil, ""),
        ("refs/", nil, ""),
        ("refs/heads/", nil, ""),
        ("refs/heads//main", nil, ""),
        ("refs/heads/.hidden", nil, ""),
        ("refs/heads/main.lock", nil, ""),
        ("refs/heads/main.lock/x", nil, ""),
        ("refs/heads/a..b", nil, ""),
        ("refs/heads/a.", nil, ""),
        ("refs/heads/a b", nil, ""),
        ("refs/heads/a~1", nil, ""),
        ("refs/heads/a^", nil, ""),
        ("refs/heads/a:b", nil, ""),
        ("refs/heads/a?", nil, ""),
        ("refs/heads/*", nil, ""),
        ("refs/heads/a[", nil, ""),
        ("refs/heads/a\\b", nil, ""),
        ("refs/heads/a@{1}", nil, ""),
        ("refs/heads/a\u{7F}", nil, ""),
        ("refs/heads/a\nb", nil, ""),
        ("refs/tags/-v1", nil, ""),
        ("refs/heads/" + String(repeating: "x", count: 1000), nil, ""),
    ]

    @Test("git-check-ref-format's rules", arguments: table)
    func check(name: String, kind: GitReference.Kind?, short: String) {
        let reference = GitReference(name)
        #expect(reference?.kind == kind && (reference?.shortName ?? "") == short)
    }
}
