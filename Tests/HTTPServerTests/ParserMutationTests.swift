import TestSupport
import Testing

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
            var random = SeededGenerator(UInt64(round))
            var bytes = Array((Self.seeds.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...4, using: &random) { mutate(&bytes, from: Self.seeds, &random) }
            let whole = reading(bytes, pieces: [])
            let pieces = (0..<bytes.count).map { _ in Int.random(in: 1...9, using: &random) }
            if reading(bytes, pieces: pieces) != whole { differing.append("seed \(round)") }
            if let last = whole.last { outcomes.insert(String(last.prefix(9))) }
        }
        #expect(differing == [])
        // The mutations must reach more than one kind of outcome, or they test nothing.
        #expect(outcomes.isSuperset(of: ["in head", "error 400", "error 413", "error 431", "error 505"]))
    }
}
