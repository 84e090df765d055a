import Testing

@testable import CLI

@Suite struct TerminalTextTests {
    /// `^` stands for ESC.
    private static func bytes(_ text: String) -> [UInt8] { Array(text.replacing("^", with: "\u{1B}").utf8) }

    private static let samples = [
        ("plain\r\n\ttext é ✓ 👩‍💻", "plain\r\n\ttext é ✓ 👩‍💻"),
        ("^[31mred^[0m and ^[1;38:5:9mbold^[m", "^[31mred^[0m and ^[1;38:5:9mbold^[m"),
        ("a^[2J^[H^[1A^[?25l^[5nb", "ab"),
        ("a^]0;title\u{7}b^]8;;http://x^\\link^]8;;^\\c", "ablinkc"),
        ("a^P1$r0m^\\b^_x^\\c^^y^\\d^Xz^\\e", "abcde"),
        ("a^(0b^cc^7d", "abcd"),
        ("a\u{9B}31mb\u{9D}0;x\u{9C}c\u{85}d", "a^[31mb" + "cd^[0m"),
        ("a\u{8}\u{7}\u{0}b\u{202E}c", "abc"),
        // What was never ended ends with its line.
        ("a^]0;lost\nb^[31\nc", "a\nb\nc"),
        // Its colour ends with it.
        ("^[41mred", "^[41mred^[0m"),
        ("^[>4;2m^[38;5$mx", "x"),
    ]

    @Test("Only text and colours reach a terminal, however the bytes come", arguments: samples)
    func shown(printed: String, expected: String) {
        let all = Self.bytes(printed)
        for size in [1, 2, 3, max(all.count, 1)] {
            var text = TerminalText(keepsColour: true)
            var output: [UInt8] = []
            for start in stride(from: 0, to: all.count, by: size) {
                output += text.show(Array(all[start..<min(start + size, all.count)]))
            }
            #expect(output + text.finish() == Self.bytes(expected), "in pieces of \(size)")
        }
    }

    @Test func coloursGoWhereNobodyWantsThem() {
        var text = TerminalText(keepsColour: false)
        #expect(text.show(Self.bytes("^[31mred^[0m\n")) + text.finish() == Self.bytes("red\n"))
    }

    @Test func whatIsNotUTF8IsReplaced() {
        var text = TerminalText(keepsColour: true)
        let output = text.show([0x61, 0xFF, 0x62, 0xE2, 0x9C]) + text.finish()
        #expect(String(decoding: output, as: UTF8.self) == "a\u{FFFD}b\u{FFFD}")
    }
}
