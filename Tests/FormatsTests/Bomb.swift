import Formats
import Testing

/// A small text that means a great deal, or a large one that means little.
enum Bomb: String, CaseIterable, CustomTestStringConvertible {
    case laughs, mergedLaughs, towers, flow, block, complexKeys, wide, comments, tenMegabytes, tenMegabytesOfOne,
        merges,
        anchors, documents, directives, prefix

    var testDescription: String { rawValue }

    /// With larger limits where only a larger text shows what happens.
    var limits: YAMLLimits {
        switch self {
        case .anchors, .documents, .tenMegabytesOfOne: YAMLLimits(size: 1 << 24)
        default: .standard
        }
    }

    var text: String {
        switch self {
        case .laughs:
            // https://en.wikipedia.org/wiki/Billion_laughs_attack
            "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
                + levels(10) { "&a\($0) [" + times(10, "*a\($0 - 1), ") + "]" }
        case .mergedLaughs:
            "a0: &a0 { x: 1, y: 2 }\n"
                + levels(30) { "&a\($0) { <<: [*a\($0 - 1), *a\($0 - 1)], k\($0): *a\($0 - 1) }" }
        case .towers: "a0: &a0 [x]\n" + levels(70) { "&a\($0) [*a\($0 - 1)]" }
        case .flow: times(500_000, "[")
        case .block: times(500_000, "- ")
        case .complexKeys: times(500_000, "? ")
        case .wide: "[" + times(400_000, "a,") + "]"
        case .comments: times(100_000, "# a comment\n")
        case .tenMegabytes: "a: " + times(10_000_000, "x")
        case .tenMegabytesOfOne: "a:\n" + times(1_250_000, "- abcde\n")
        case .merges: "a: &a {x: 1, y: 2}\nb: {<<: [" + times(40_000, "*a,") + "]}\n"
        case .anchors: (0..<200_000).map { "- &a\($0) x\n" }.joined()
        case .documents: times(200_000, "---\n")
        case .directives: (0..<45_000).map { "%TAG !a\($0)! tag:x,1:\n" }.joined() + "--- 1\n"
        case .prefix: "%TAG ! " + times(500_000, "p") + "\n--- [" + times(90_000, "!a 1,") + "]\n"
        }
    }

    var expected: String {
        switch self {
        case .laughs: "f:5:45: more than 100000 values, counting what aliases stand for"
        case .mergedLaughs: "f:10:16: more than 100000 values, counting what aliases stand for"
        case .towers: "f:63:12: nested more than 64 levels deep"
        case .flow: "f:1:65: nested more than 64 levels deep"
        case .block: "f:1:129: nested more than 64 levels deep"
        case .complexKeys: "f:1:129: nested more than 64 levels deep"
        case .wide: "f:1:200000: more than 100000 values, counting what aliases stand for"
        case .comments: "f:1:1: the file has 1200000 bytes; 1048576 are the most that is read"
        case .tenMegabytes: "f:1:1: the file has 10000003 bytes; 1048576 are the most that is read"
        case .tenMegabytesOfOne: "f:99999:3: more than 100000 values, counting what aliases stand for"
        case .merges: "f:2:60001: more than 100000 values, counting what aliases stand for"
        case .anchors: "f:100000:3: more than 100000 values, counting what aliases stand for"
        case .documents: "f:100002:1: more than 100000 values, counting what aliases stand for"
        case .directives: "f:65:1: more than 64 lines that begin with '%'"
        case .prefix: "f:2:6: a tag of 500001 bytes; 1000 are the most"
        }
    }

    private func levels(_ count: Int, _ value: (Int) -> String) -> String {
        (1..<count).map { "a\($0): \(value($0))\n" }.joined()
    }

    private func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }
}
