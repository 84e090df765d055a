import Testing

/// A small generator with a seed (SplitMix64, Steele et al. 2014), so that a failure can be repeated.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

@Suite struct ParserMutationTests {
    private static let seeds =
        malformedRequests.map(\.text) + [
            "GET /a/b?c=d&e=%20 HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\nGET / HTTP/1.0\r\n\r\n",
            "POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloPOST /e HTTP/1.1\r\nHost: x\r\n\r\n",
            "PUT /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nA: b\r\n\r\n",
        ]

    /// Whatever comes, reading ends in an outcome, and in the same one however the bytes were split.
    @Test func readingIsTheSameHoweverMutatedBytesAreSplit() {
        var differing: [String] = []
        var outcomes: Set<String> = []
        for round in 0..<6000 {
            var random = Seeded(state: UInt64(round))
            var bytes = Array((Self.seeds.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...4, using: &random) { mutate(&bytes, &random) }
            let whole = reading(bytes, pieces: [])
            let pieces = (0..<bytes.count).map { _ in Int.random(in: 1...9, using: &random) }
            if reading(bytes, pieces: pieces) != whole { differing.append("seed \(round)") }
            if let last = whole.last { outcomes.insert(String(last.prefix(9))) }
        }
        #expect(differing == [])
        // The mutations must reach more than one kind of outcome, or they test nothing.
        #expect(outcomes.isSuperset(of: ["in head", "error 400", "error 413", "error 431", "error 505"]))
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout Seeded) {
        guard let index = bytes.indices.randomElement(using: &random) else { return }
        let telling = Array("\r\n\0 :;%/.?&=,0123456789abcdefGETHTTP\t\u{7F}".utf8) + [0x80, 0xFF]
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[index] = telling.randomElement(using: &random) ?? 0
        case 1: bytes.insert(telling.randomElement(using: &random) ?? 0, at: index)
        case 2: bytes.remove(at: index)
        case 3: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 4:
            let end = min(bytes.count, index + Int.random(in: 1...20, using: &random))
            bytes.insert(contentsOf: bytes[index..<end], at: bytes.indices.randomElement(using: &random) ?? 0)
        default:
            let other = Array((Self.seeds.randomElement(using: &random) ?? "").utf8)
            bytes = Array(bytes[..<index]) + other.dropFirst(Int.random(in: 0...other.count, using: &random))
        }
    }
}
