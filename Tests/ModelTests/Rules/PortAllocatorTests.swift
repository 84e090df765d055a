import Model
import Testing

struct PortAllocatorTests {
    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    private static func group(
        after group: Int?, count: Int = 3, seed: UInt64 = 1, avoiding outgoing: ClosedRange<Int>? = nil,
        isFree: (Int) -> Bool = { _ in true }
    ) -> Int? {
        var generator = Generator(state: seed)
        return PortAllocator.allocate(
            after: group, count: count, avoiding: outgoing, using: &generator, isFree: isFree)?.group
    }

    @Test func portsOfOutgoingConnectionsAreTheLastResort() {
        let linux = 32768...60999
        let found: [Int?] = [
            Self.group(after: 32500, avoiding: linux), Self.group(after: 32600, avoiding: linux),
            Self.group(after: 60900, avoiding: linux), Self.group(after: 65400, avoiding: linux),
            // Only where there is room nowhere else.
            Self.group(after: 3000, avoiding: linux) { linux.contains($0) },
            Self.group(after: 3000, avoiding: 1024...65535), Self.group(after: 3000, avoiding: 1...100),
        ]
        #expect(found == [32600, 61000, 61000, 3000, 32700, 3100, 3100])
    }

    @Test func theCursorMovesOnYieldsAndWraps() {
        let full = { (groups: [Int]) in { (port: Int) in !groups.contains(port / 100 * 100) } }
        let found: [Int?] = [
            Self.group(after: nil), Self.group(after: 3000), Self.group(after: 65300), Self.group(after: 65400),
            // Groups without room yield to the next, over the end too.
            Self.group(after: 3000, isFree: full([3100, 3200])), Self.group(after: 65300, isFree: full([65400, 3000])),
            // The last group that is looked at is the one before.
            Self.group(after: 3000) { (3000..<3100).contains($0) },
            // Three are needed of a hundred.
            Self.group(after: nil) { $0 >= 3098 }, Self.group(after: nil) { $0 >= 3097 },
            Self.group(after: nil, count: 100), Self.group(after: nil, count: 101),
            Self.group(after: nil, isFree: { _ in false }),
        ]
        #expect(
            found == [3000, 3100, 65400, 3000, 3300, 3100, 3000, 3100, 3000, 3000, nil, nil])
    }

    @Test func portsWithinAGroupAreByChance() {
        var seen: Set<Int> = []
        for seed in 0..<200 as Range<UInt64> {
            var generator = Generator(state: seed)
            let isFree = { (port: Int) in port % 7 != 0 }
            guard let found = PortAllocator.allocate(after: 4000, count: 5, using: &generator, isFree: isFree) else {
                Issue.record("none found")
                return
            }
            let isRight =
                Set(found.ports).count == 5 && found.ports.allSatisfy { (4100..<4200).contains($0) && isFree($0) }
            if !isRight { Issue.record("seed \(seed): \(found)") }
            seen.formUnion(found.ports)
        }
        #expect(seen.count == (4100..<4200).count { $0 % 7 != 0 })
    }

    @Test func aPortsOwnGroupIsConsideredFirst() {
        let ports = [1, 3000, 3042, 3100, 3199, 65399, 65400, 65499, 65500]
        #expect(
            ports.map { Self.group(after: PortAllocator.group(before: $0)) } == [
                3000, 3000, 3000, 3100, 3100, 65300, 65400, 65400, 65400,
            ])
    }
}
