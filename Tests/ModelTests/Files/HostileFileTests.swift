import Formats
import Model
import Testing

/// Files within the bounds of YAML that would cost a careless reader very much. The time limit only ends a run that
/// would hang.
@Suite(.timeLimit(.minutes(2))) struct HostileFileTests {
    private static let slug = "slug: a\ncapability: local\ntemplate: {}\n"

    private static func list(_ count: Int, separator: String = ", ", _ element: (Int) -> String) -> String {
        (0..<count).map(element).joined(separator: separator)
    }

    /// Each needs every other, twice.
    private static func tangle(_ count: Int, _ entry: (Int, String) -> String, _ reference: (Int) -> String) -> String {
        let all = (0..<count).map { "${\(reference($0))}" }.joined()
        return list(count, separator: "\n") { "  \(entry($0, all + all))" }
    }

    private static let cases: [(FileKind, String, Int, String)] = [
        (
            .repository, "repository: a\ninherits: [\(list(45_000) { "r\($0)" })]\n", 1,
            "f.yaml:2:11: inherits: 45000 entries; 100 are the most"
        ),
        (
            .slug, "slug: a\noneOf: [\(list(45_000) { "s\($0)" })]\n", 1,
            "f.yaml:2:8: oneOf: 45000 entries; 100 are the most"
        ),
        (
            .world, "environmentSet: a\nenvironments: [\(list(45_000) { "e\($0)" })]\n", 1,
            "f.yaml:2:15: environments: 45000 entries; 100 are the most"
        ),
        (
            .service, "service: a\n\(list(49_000, separator: "\n") { "key\($0): 1" })\n", 101,
            "f.yaml:2:1: key0: unknown key"
        ),
        (
            .service,
            "service: a\nenv: { \(list(20_000) { "A\($0): x" }) }\n"
                + "overrides: { qa: { env: { \(list(20_000) { "B\($0): x" }) } } }\n", 2,
            "f.yaml:2:6: env: 20000 entries; 500 are the most"
        ),
        (
            .service,
            "service: a\nrequires:\n"
                + tangle(100, { "r\($0): { slug: a, params: { x: \"\($1)\" } }" }, { "requires.r\($0).x" }), 101,
            "f.yaml:3:7: requires.r0: cannot need itself: r0 (f.yaml:3) → r0"
        ),
        (
            .slug, slug + "outputs:\n" + tangle(100, { "o\($0): { value: \"\($1)\" }" }, { "outputs.o\($0)" }), 101,
            "f.yaml:5:16: outputs.o0.value: an output cannot refer to itself: o0 (f.yaml:5) → o0"
        ),
        (
            .slug,
            slug + "requires:\n"
                + tangle(20, { "r\($0): { slug: a, params: { x: \"\($1)\" } }" }, { "requires.r\($0).x" }), 101,
            "f.yaml:5:7: requires.r0: cannot need itself: r0 (f.yaml:5) → r0"
        ),
        (
            .service, "service: a\nenv: { A: \(String(repeating: "x", count: 900_000)) }\n", 1,
            "f.yaml:2:11: env.A: 900000 bytes; 100000 are the most"
        ),
        (
            .service, "service: a\ncommand: [\(list(30_000) { "a\($0)" })]\noverrides: { qa: {}, b: {} }\n", 1,
            "f.yaml:2:10: command: 30000 entries; 1000 are the most"
        ),
        (
            .service,
            "service: a\nenv: { A: \"\(String(repeating: "${version}", count: 9000))\" }\noverrides: { qa: {} }\n", 1,
            "f.yaml:3:12: overrides: the file has 9000 references; beside overrides 1000 are the most"
        ),
        (
            .service, "service: a\nenv: { A: \"\(String(repeating: "${", count: 49_000))\" }\n", 1,
            "f.yaml:2:12: env.A: '${' has no '}'; '$${' writes a literal '${'"
        ),
        (
            .service, "service: a\nenv: { A: \"\(String(repeating: "${x}", count: 24_000))\" }\n", 101,
            "f.yaml:2:12: env.A: unknown reference '${x}'"
        ),
        (
            .service, "service: a\nport: \(String(repeating: "9", count: 900_000))\n", 1,
            "f.yaml:2:7: port: expected a whole number from 1 to 65535, found '9999"
        ),
        (
            .world, "\(list(45_000, separator: "\n---\n") { "w\($0)" })\n", 101,
            "f.yaml:1:1: expected a mapping, found 'w0'"
        ),
    ]

    @Test(arguments: cases.indices)
    func isRefused(number: Int) {
        let (kind, text, count, first) = Self.cases[number]
        let found = kind.check(Array(text.utf8), file: "f.yaml")
        #expect(found.count == count)
        #expect(found.first.map { String($0.description.prefix(first.count)) } == first)
        #expect(found.allSatisfy { $0.description.utf8.count < 4000 })
    }

    /// An anchor is known in its document only.
    @Test func anchorsStayInTheirFile() {
        let files = ["world: a\nlabels: &l { x: y }\n---\nworld: b\nlabels: *l\n", "world: c\nlabels: *l\n"]
        let found = files.enumerated().flatMap { FileKind.world.check(Array($1.utf8), file: "\($0).yaml") }
        #expect(
            found.map(\.description) == [
                "0.yaml:5:9: alias '*l' has no anchor before it", "1.yaml:2:9: alias '*l' has no anchor before it",
            ])
    }
}
