import Formats
import Model
import Testing

/// Changed copies of valid files of every kind are read or refused: no crash, and never silently neither.
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

    @Test(arguments: [11, 12] as [UInt64])
    func survives(seed: UInt64) {
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(1, bound)
        }
        for round in 0..<1200 {
            let (kind, text) = seeds[round % seeds.count]
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
            for _ in 0...random(3) {
                let line = random(lines.count)
                let column = random(lines[line].count)
                switch random(5) {
                case 0: lines[line].insert(UInt8(random(256)), at: column)
                case 1 where !lines[line].isEmpty: lines[line].remove(at: column)
                case 2: lines.insert(lines[random(lines.count)], at: line)
                case 3 where !lines[line].isEmpty: lines[line].swapAt(column < lines[line].count ? column : 0, 0)
                default: lines[line].insert(contentsOf: "{}[]&*${:,"[...].utf8.dropFirst(random(9)), at: column)
                }
                if lines.count > 200 { lines.removeLast(100) }
            }
            let bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
            if kind == .service {
                let parsed = ServiceFile.parse(bytes)
                if (parsed.value == nil) == parsed.diagnostics.isEmpty { Issue.record("neither: \(bytes)") }
            } else {
                _ = kind.check(bytes, file: "f.yaml")
            }
        }
    }
}
