import Testing

@testable import CLI

@Suite struct OutputTests {
    private let console = Console { _, _ in }

    @Test func columnsAreAsWideAsTheirWidestCell() {
        var table = Table("NAME", "STATE", "REASON")
        table.add("a", "healthy", "")
        table.add("longer", "no", "because of é")
        let expected = """
            NAME    STATE    REASON
            a       healthy
            longer  no       because of é
            """
        #expect(table.text(on: console) == expected)
    }

    @Test func whatComesFromOutsideCannotMoveTheCursor() {
        var table = Table("NAME", "REASON")
        table.add(Table.Cell("\u{1B}[2Jx"), Table.Cell("two\nlines \u{202E}gnp"))
        #expect(table.text(on: console) == "NAME   REASON\n [2Jx  two lines  gnp")
    }

    @Test func linesOfSeveralReplicasAreWholeAndNumbered() {
        let lines = ReplicaLines(number: 2)
        let taken = ["on", "e\ntwo\n\nthr", "ee"].map { String(decoding: lines.take(Array($0.utf8)), as: UTF8.self) }
        #expect(taken == ["", "[2] one\n[2] two\n[2] \n", ""])
        #expect(lines.rest() == Array("[2] three\n".utf8) && lines.rest() == [])
        // What never ends is broken.
        #expect(lines.take(Array(repeating: UInt8(ascii: "x"), count: 64 * 1024)).count == 64 * 1024 + 5)
    }

    @Test func coloursAreKeptOutOfFiles() {
        #expect(console.paint("healthy", .green) == "healthy")
    }

    @Test(arguments: [
        ("2f1c0de5a1b2c3d4e5f60718293a4b5c6d7e8f90", "2f1c0de5a1b2"),
        ("v1.2.0", "v1.2.0"),
        // 40 characters, but no commit.
        ("release-of-the-twenty-first-of-june-2025", "release-of-the-twenty-first-of-june-2025"),
    ])
    func versionsAreShort(version: String, expected: String) {
        #expect(CommandContext.short(version) == expected)
    }
}
