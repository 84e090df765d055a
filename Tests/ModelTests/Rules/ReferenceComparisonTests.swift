import Core
import Model
import Testing

struct ReferenceComparisonTests {
    private static let moment = Timestamp(seconds: 1)

    /// `main=c1 v1=t1`: refs without a `/` that begin with `v` are tags.
    private static func refs(_ text: String) -> [SourceHead] {
        text.split(separator: " ").map { word in
            let parts = word.split(separator: "=").map(String.init)
            let reference = parts[0].hasPrefix("v") ? PushedReference.tag(parts[0]) : .branch(parts[0])
            return SourceHead(reference: reference.fullName, commit: parts[1])
        }
    }

    @Test(arguments: [
        ("", "main=c1 v1=c1", true, "found main=c1 v1=c1"),
        // A webhook came before the first look.
        ("main=c1", "main=c2 dev=c3", true, "pushed main=c1>c2 found dev=c3"),
        ("main=c1 dev=c3", "main=c1 dev=c3", false, ""),
        (
            "main=c1 dev=c3 v1=c1", "v1=c1 v2=c4 zeta=c1 dev=c4 main=c2", false,
            "pushed main=c1>c2 dev=c3>c4 zeta=c1 v2=c4"
        ),
        // Deleted is only noted; a tag that moved is a push.
        ("main=c1 dev=c3 v1=c1", "main=c1 v1=c2", false, "pushed v1=c1>c2 gone dev"),
        ("main=c2", "main=c1", false, "pushed main=c2>c1"),
        ("main=c1", "", false, "gone main"),
    ])
    func aLookAtTheRefs(seen: String, now: String, isFirst: Bool, expected: String) {
        let known = Self.refs(seen).map {
            SeenReference(
                repository: "r", name: $0.reference, commit: $0.commit, delivery: nil, seenAt: Self.moment)
        }
        let comparison = ReferenceComparison(
            seen: known, now: Self.refs(now), defaultBranch: "main", isFirst: isFirst)
        func short(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? "" }
        func text(_ moves: [ReferenceComparison.Move]) -> [String] {
            moves.map { "\(short($0.head.reference))=\($0.before.map { "\($0.commit)>" } ?? "")\($0.head.commit)" }
        }
        let parts = [
            ("pushed", text(comparison.pushed)), ("found", text(comparison.found)),
            ("gone", comparison.gone.map { short($0.name) }),
        ]
        let words = parts.filter { !$0.1.isEmpty }.flatMap { [$0.0] + $0.1 }
        #expect(words.joined(separator: " ") == expected)
    }
}
