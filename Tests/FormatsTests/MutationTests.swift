import Core
import Formats
import Testing

/// Changed copies of valid files must be read or refused: no crash, no endless work, no value beside errors.
@Suite struct MutationTests {
    private let seeds = [
        "name: soup\nsteps: [boil, 0755]\nlabels: &l { team: shop }\nsides: { bread: 2, salad: { amount: 3 } }\n",
        "a: &a {x: 1}\nb: {<<: *a, y: ['q', \"\\u00e9\"]}\n--- |\n  text\n---\n? k\n: - v\n",
        "name: x\ntext: \"v${version} $${lit} ${requires.users.url} ${env:HOME}\"\ntime: 1h30m\nmemory: 1.5Gi\n",
    ]
    private let tokens = [
        "&a ", "*a", "<<: *a\n", "[", "]", "{", "}", "${", "}", ": ", "- ", "\"", "'", "|\n", "\t", "\n---\n", "\u{0}",
        "é", "!!int ", "!x ", "%YAML 9.9\n",
    ]

    @Test(arguments: [1, 2, 3] as [UInt64])
    func survives(seed: UInt64) {
        var random = SplitMix(state: seed)
        for round in 0..<1500 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes, &random) }
            let parsed = DishFormat.parse(bytes)
            if parsed.value != nil, !parsed.diagnostics.isEmpty { Issue.record("a value beside errors: \(bytes)") }
            for diagnostic in parsed.diagnostics where diagnostic.position < .start || diagnostic.message.isEmpty {
                Issue.record("no place: \(diagnostic) of \(bytes)")
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let (template, errors) = Template.parse(text)
            if errors.isEmpty, Template.parse(template.source).template.source != template.source {
                Issue.record("does not read back: \(text)")
            }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let index = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
        case 1 where index < bytes.count: bytes.remove(at: index)
        case 2 where index < bytes.count: bytes += bytes[index...]
        default: bytes.insert(contentsOf: tokens.randomElement(using: &random).map { Array($0.utf8) } ?? [], at: index)
        }
    }
}

/// A generator that gives the same numbers for the same seed (Steele, Lea, Flood, "Fast Splittable Pseudorandom
/// Number Generators").
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
