import Core
import Formats
import Testing

@Suite struct YAMLTests {
    /// What a text reads as: each document's JSON on a line, then its errors.
    private func read(_ bytes: [UInt8], limits: YAMLLimits = .standard) -> String {
        let diagnostics = Diagnostics(file: "f")
        let documents = YAML.documents(bytes, diagnostics: diagnostics, limits: limits)
        return documents.map { "\($0.json.text)\n" }.joined() + diagnostics.sorted.text
    }

    @Test(arguments: [
        ("a: 1\nb: [x, 'y', \"z\"]\n", #"{"a":1,"b":["x","y","z"]}"#),
        // Core schema, not 1.1: no octal, grouped or base 60 numbers, no `yes`.
        (
            "[yes, on, No, 0755, 1_000, 1:30, 2024-01-01, '', 1.2.3]",
            #"["yes","on","No","0755","1_000","1:30","2024-01-01","","1.2.3"]"#
        ),
        (
            "[~, null, true, False, 0, -7, +7, 0x1F, 0o17, 1.5, .5, 1e3, -.inf, '1', !!str 1, \"true\", !!int '5']",
            #"[null,null,true,false,0,-7,7,31,15,1.5,0.5,1000.0,null,"1","1","true",5]"#
        ),
        ("[99999999999999999999, 0x, 0o8, 1e, ., e3, 00.5, 0.5]", #"[1e+20,"0x","0o8","1e",".","e3","00.5",0.5]"#),
        ("--- 1\n--- two\n...\n---\n", "1\n\"two\"\nnull"),
        ("\u{FEFF}a: ü\n", #"{"a":"ü"}"#),
        ("a: |\n  x\n  y\nb: >\n  x\n  y\n", #"{"a":"x\ny\n","b":"x y\n"}"#),
        ("a: &x {b: 1}\nc: *x\nd: [*x, *x]", #"{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}"#),
        (
            "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], c: 3}\nw: {<<: *x, b: 0}",
            #"{"w":{"a":1,"b":0},"x":{"a":1,"b":1},"y":{"b":2,"c":2},"z":{"a":1,"b":1,"c":3}}"#
        ),
        ("{'<<': q, 8080: x}", #"{"8080":"x","<<":"q"}"#),
        ("# nothing\n", ""),
    ])
    func reads(text: String, expected: String) {
        #expect(read(Array(text.utf8)) == (expected.isEmpty ? "" : expected + "\n"))
    }

    @Test(arguments: [
        (
            "a: 1\nb: {c: 1, c: 2}\na: 3\n",
            [
                "f:2:11: b.c: the key is written twice, first at line 2",
                "f:3:1: a: the key is written twice, first at line 1",
            ]
        ),
        (
            "- {[a]: 1}\n- ? {b: 1}\n  : 2\n",
            ["f:1:4: [0]: expected a plain key, found a list", "f:2:5: [1]: expected a plain key, found a mapping"]
        ),
        ("x: {<<: 3}\n", ["f:1:9: x.<<: expected a mapping or a list of mappings, found the number 3"]),
        ("a: *here\n", ["f:1:4: alias '*here' has no anchor before it"]),
        ("hers: &hers 1\na: *here\n", ["f:2:4: alias '*here' has no anchor before it; did you mean 'hers'?"]),
        ("a: &x [*x]\n", ["f:1:8: alias '*x' is inside its own anchor"]),
        ("a: &x 1\n--- \nb: *x\n", ["f:3:4: alias '*x' has no anchor before it"]),
        (
            "a: [1, 2\nb: 3\n",
            [
                "f:2:2: not valid YAML: expected ',' or ']'; the '[' at line 1, column 4 is open"
            ]
        ),
        ("ok: ü\nß: \u{7}\n", ["f:2:4: not valid YAML: control characters are not allowed"]),
        (
            "a: \"\\ud800\"\n",
            [
                "f:1:7: not valid YAML: found invalid Unicode character escape code while parsing a quoted scalar that starts at line 1"
            ]
        ),
    ])
    func saysWhere(text: String, expected: [String]) {
        let found = read(Array(text.utf8)).split(separator: "\n").filter { $0.hasPrefix("f:") }.map(String.init)
        #expect(found == expected)
    }

    @Test func knowsPositions() throws {
        let text = "é: {b: x}\nlist:\n  - name: \"q\"\n"
        let root = try #require(YAML.documents(Array(text.utf8), diagnostics: Diagnostics(file: "f")).first)
        let list = DocumentPath("list")
        let paths = [
            .root, DocumentPath("é", "b"), list, list.appending(0), list.appending(0).appending("name"),
            list.appending(7), DocumentPath("none"),
        ]
        #expect(
            paths.map { "\($0) \(root.position(of: $0))" } == [
                " 1:1", "é.b 1:5", "list 2:1", "list[0] 3:5", "list[0].name 3:5", "list[7] 2:1", "none 1:1",
            ])
        #expect(DocumentPath([.key("a/b~c"), .index(3)]).pointer == "/a~1b~0c/3")
    }
}
