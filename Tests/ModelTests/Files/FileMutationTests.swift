import Formats
import Model
import Testing

/// Changed copies of valid files of every kind are read or refused: no crash, never silently neither, and what is wrong
/// is somewhere in the file.
@Suite struct FileMutationTests {
    private let seeds: [(kind: FileKind, text: String)] = [
        (
            .service,
            "service: a\nport: 1\nbuild: { command: [make, \"${version}\"] }\ncommand: [./a]\nenv: { A: \"${requires.b.url}\" }\nrequires: { b: { slug: c, params: { d: 1 } } }\nhealth: { path: /, port: http, interval: 5s }\nlimits: { cpu: 1, memory: 1G }\nentrypoints: { web: http }\nenvironments: [qa]\n"
        ),
        (
            .world,
            "world: a\ncapabilities: { deploy:process: {}, local: {} }\ntrusted: true\nparameters: { p: [a, 1] }\ntargets: [{ name: t, environment: e }]\n---\nenvironment: e\ntargets: [{ name: u }]\n---\nenvironmentSet: s\nenvironments: [e]\n"
        ),
        (
            .slug,
            "slug: a\ncapability: local\nparameters: { n: { type: integer, default: 3, minimum: 1, maximum: 9 } }\ntemplate: { kind: port }\nvalues: { l: \"${params.n}\" }\noutputs: { o: { from: x }, u: { value: \"${outputs.o}\", secret: true } }\n"
        ),
        (.repository, "repository: a\ndescription: b\ninherits: [c, d]\n"),
        (.slug, "slug: a\noneOf: [b, c]\n"),
        (
            .slug,
            "slug: a\nextends: b\nparameters: { p: { generate: password, length: 20 } }\nrequires: { n: { slug: c, params: { x: \"${requires.m.o} ${params.p}\" } }, m: d }\noutputs: { o: { value: \"${outputs.u}${requires.n.x}\" }, u: { secret: true } }\n"
        ),
    ]

    @Test(arguments: [11, 12, 13] as [UInt64])
    func survives(seed: UInt64) {
        var random = Random(state: seed)
        for round in 0..<1200 {
            let (kind, text) = seeds[round % seeds.count]
            let bytes = random.mutated(text)
            let diagnostics = kind.check(bytes, file: "f.yaml")
            if diagnostics.isEmpty != kind.isRead(bytes) { Issue.record("neither or both: \(kind) \(bytes)") }
            let lines = lengths(of: bytes)
            for found in diagnostics where !isInside(found.position, lines) || found.message.isEmpty {
                Issue.record("not in the file: \(found), \(bytes)")
            }
        }
    }

    /// One past the last line and column is where something is missing.
    private func isInside(_ position: SourcePosition, _ lines: [Int]) -> Bool {
        (1...lines.count + 1).contains(position.line)
            && (1...(lines + [0])[position.line - 1] + 1).contains(position.column)
    }

    /// How many code points each line has, as libyaml sees lines end.
    private func lengths(of bytes: [UInt8]) -> [Int] {
        var lengths = [0]
        var before: Unicode.Scalar = " "
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let isBreak = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
            if isBreak, !(before == "\r" && scalar == "\n") { lengths.append(0) }
            if !isBreak { lengths[lengths.count - 1] += 1 }
            before = scalar
        }
        return lengths
    }
}

/// Gives the same numbers for the same seed.
private struct Random {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(1, bound)
    }

    mutating func mutated(_ text: String) -> [UInt8] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
        for _ in 0...below(3) {
            let line = below(lines.count)
            let column = below(lines[line].count)
            switch below(7) {
            case 0: lines[line].insert(UInt8(below(256)), at: column)
            case 1 where !lines[line].isEmpty: lines[line].remove(at: column)
            case 2: lines.insert(lines[below(lines.count)], at: line)
            case 3 where !lines[line].isEmpty: lines[line].swapAt(column < lines[line].count ? column : 0, 0)
            case 4:
                lines[line].insert(
                    contentsOf: ["\t", "é", "\u{2028}", "\r", "---\n", "&a ", "*a "][below(7)].utf8, at: column)
            case 5: lines[line].removeLast(below(lines[line].count))
            default: lines[line].insert(contentsOf: "{}[]&*${:,"[...].utf8.dropFirst(below(9)), at: column)
            }
            if lines.count > 200 { lines.removeLast(100) }
        }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
}
