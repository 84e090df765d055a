import Core
import Formats
import Testing

/// Texts that are broken, or that ask for more than they should get. What bounds the work is counted, not timed; the
/// time limit only ends a run that would hang.
@Suite(.timeLimit(.minutes(2))) struct HostileYAMLTests {
    /// What is wrong with a text; else each document's JSON.
    private func read(_ bytes: some Sequence<UInt8>, limits: YAMLLimits = .standard) -> [String] {
        let diagnostics = Diagnostics(file: "f")
        let documents = YAML.documents(Array(bytes), diagnostics: diagnostics, limits: limits)
        return diagnostics.isEmpty ? documents.map(\.json.text) : diagnostics.sorted.map(\.description)
    }

    private static func bytes(_ text: String, _ more: UInt8...) -> [UInt8] { Array(text.utf8) + more }

    private static let encoded: [([UInt8], String)] = [
        // Not UTF-8: the place is that of the first bad byte.
        (bytes("a: ü\nbü", 0xFF), "f:2:3: not valid UTF-8: the byte 0xFF; save the file as UTF-8"),
        ([0xED, 0xA0, 0x80], "f:1:1: not valid UTF-8: the byte 0xED; save the file as UTF-8"),
        ([0xC0, 0x80], "f:1:1: not valid UTF-8: the byte 0xC0; save the file as UTF-8"),
        (bytes("a", 0xE2, 0x82), "f:1:2: not valid UTF-8: the byte 0xE2; save the file as UTF-8"),
        ([0xF4, 0x90, 0x80, 0x80], "f:1:1: not valid UTF-8: the byte 0xF4; save the file as UTF-8"),
        (
            bytes("a: 1\rb: 2\r\nc: 3\u{85}d", 0xE9),
            "f:4:2: not valid UTF-8: the byte 0xE9; save the file as UTF-8"
        ),
        // UTF-16, with and without a byte order mark.
        ([0xFF, 0xFE, 0x61, 0], "f:1:1: this is UTF-16; save the file as UTF-8"),
        ([0xFE, 0xFF, 0, 0x61], "f:1:1: this is UTF-16; save the file as UTF-8"),
        ([0x61, 0, 0x3A, 0], "f:1:1: this is UTF-16; save the file as UTF-8"),
        ([0, 0x61, 0, 0x3A], "f:1:1: this is UTF-16; save the file as UTF-8"),
        // A byte order mark moves no column.
        (bytes("\u{FEFF}a: 1"), #"{"a":1}"#), (bytes("\u{FEFF}"), ""),
        (bytes("\u{FEFF}a: *x"), "f:1:4: alias '*x' has no anchor before it"),
        // Control characters
        (bytes("a: b\u{0}c"), "f:1:5: not valid YAML: control characters are not allowed"),
        (bytes("a: 1\nb: \u{1B}[2J"), "f:2:4: not valid YAML: control characters are not allowed"),
        (bytes("a: \"\\0\""), "{\"a\":\"\\u0000\"}"),
    ]

    @Test(arguments: encoded)
    func encodings(bytes: [UInt8], expected: String) {
        #expect(read(bytes).joined(separator: "\n") == expected)
    }

    @Test(arguments: [
        ("a:\n\t- b\n", "f:2:1: a tab cannot indent YAML; use spaces"),
        ("a:\n  b: 1\n\tc: 2\n", "f:3:1: a tab cannot indent YAML; use spaces"),
        ("é: |\n\tx\n", "f:2:1: a tab cannot indent YAML; use spaces"),
        ("a: 1\t# fine\n", #"{"a":1}"#),
        ("a: *a\n", "f:1:4: alias '*a' has no anchor before it"),
        ("a: &a [*a]\n", "f:1:8: alias '*a' is inside its own anchor"),
        ("a: &a { b: { c: *a } }\n", "f:1:17: alias '*a' is inside its own anchor"),
        ("&a a: { <<: *a }\n", "f:1:1: a.<<: expected a mapping or a list of mappings, found 'a'"),
        ("a: &a 1\n---\nb: *a\n", "f:3:4: alias '*a' has no anchor before it"),
        ("%YAML 2.0\n---\na: 1\n", "f:1:1: not valid YAML: only YAML 1.1 is read; leave this line out"),
        ("a: 1\n a: 2\n", "f:2:3: not valid YAML: no key can end here; "),
        (
            "a: 'x\n",
            "f:1:4: not valid YAML: this quote has no end"
        ),
        (
            "a: @x\n",
            "f:1:4: not valid YAML: a text cannot begin with '@'; quote it"
        ),
        ("{a: 1}}\n", "f:1:7: not valid YAML: did not find expected <document start>"),
        ("? [a]\n: 1\n", "f:1:3: expected a plain key, found a list"),
        ("!!binary a: 1\n", "f:1:1: expected a plain key, found the tag '!!binary'"),
    ])
    func saysWhatIsWrong(text: String, expected: String) {
        #expect(read(text.utf8).joined(separator: "\n").hasPrefix(expected))
    }

    /// YAML 1.1 reads these as booleans, octal and base 60 numbers, dates and bytes; here they stay the text they are,
    /// and a tag is kept for whoever knows it.
    @Test func readsNoSurprises() {
        let text = "[NO, no, N, y, on, Off, 0755, 0o755, 12:30, 190:20:30, 1_000, 2001-12-14, =, 0x1G, +.5, 1e999]"
        let long = String(repeating: "9", count: 70)
        #expect(
            read("\(text)\n--- [\(long), -9223372036854775808, 9223372036854775808, !!binary aGk=, !Ref x]\n".utf8) == [
                #"["NO","no","N","y","on","Off","0755",493,"12:30","190:20:30","1_000","2001-12-14","=","0x1G",0.5,null]"#,
                "[\"\(long)\",-9223372036854775808,9.223372036854776e+18,\"aGk=\",\"x\"]",
            ])
    }

    /// A text that grows or nests is refused at the bound, wherever that is reached.
    @Test(arguments: Bomb.allCases)
    func bounds(bomb: Bomb) {
        #expect(read(bomb.text.utf8, limits: bomb.limits).map { String($0.prefix(150)) } == [bomb.expected])
    }

    /// What is large and within the bounds is read.
    @Test func readsWhatIsLarge() {
        let scalar = String(repeating: "x", count: 1_000_000)
        let documents = String(repeating: "---\n", count: 50_000)
        let anchors = (0..<40_000).map { "- &a\($0) x" }.joined(separator: "\n") + "\n- *a7\n"
        #expect(read("a: \(scalar)".utf8) == ["{\"a\":\"\(scalar)\"}"])
        #expect(read("? \(scalar)\n: 1".utf8) == ["{\"\(scalar)\":1}"])
        #expect(read(documents.utf8).count == 50_000)
        #expect(read(anchors.utf8).first?.utf8.count == 160_005)
    }

    /// As many errors as are shown, however many there are, and none longer than people read.
    @Test func keepsErrorsShort() {
        let key = String(repeating: "k", count: 300_000)
        let repeated = (0..<30_000).map { "k\($0 % 3): 1\n" }.joined()
        let found = read(repeated.utf8)
        #expect(found.count == Diagnostics.limit + 1)
        #expect(found.last == "f:103:1: no more than 100 errors are shown; there may be others")
        for text in ["? \(key)\n: 1\n? \(key)\n: 2\n", "a: *\(key)", "a: !\(key) 1", "!\(key) a: 1"] {
            #expect(read(text.utf8).map(\.utf8.count).filter { $0 > 300 } == [])
        }
    }
}
