import Testing

@testable import Core

@Suite struct IdentifierTests {
    @Test func areUniqueAndSortAsMade() {
        // The clock goes back in between.
        let moments = [0, 1, 1, 5, 3, 6].map { Timestamp(seconds: 1_700_000_000 + $0) }
        let made = moments.flatMap { moment in (0..<20_000).map { _ in Identifier.make(at: moment) } }
        #expect(Set(made).count == made.count)
        #expect(made == made.sorted())
        #expect(made.allSatisfy { $0.utf8.count == 26 && DNSLabel.isValid($0) })
    }

    @Test func areUniqueAcrossThreads() async {
        let made = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<5000).map { _ in Identifier.make(at: Timestamp(seconds: 1_700_000_001)) } }
            }
            return await group.reduce(into: [String]()) { $0 += $1 }
        }
        #expect(Set(made).count == 40_000)
    }

    @Test func countOnWhereTheLowerWordIsFull() {
        // The moment of the example in the ULID specification: 01ARYZ6S41….
        var sequence = IdentifierSequence(millisecond: 1_469_918_176_385, high: 0x1234, low: .max - 2)
        let texts = (0..<5).map { _ in
            sequence.advance(to: 0)
            return sequence.text
        }
        #expect(
            texts == [
                "01aryz6s4128tfzzzzzzzzzzzy", "01aryz6s4128tfzzzzzzzzzzzz", "01aryz6s4128tg000000000000",
                "01aryz6s4128tg000000000001", "01aryz6s4128tg000000000002",
            ])
    }

    @Test func labels() {
        let good = ["a", "0", "a-b", "a--b", "9z", String(repeating: "a", count: 63)]
        let bad = ["", "-", "-a", "a-", "A", "a.b", "a_b", "é", "a b", "a\n", String(repeating: "a", count: 64)]
        #expect(good.filter { !DNSLabel.isValid($0) } + bad.filter(DNSLabel.isValid) == [])
    }
}
