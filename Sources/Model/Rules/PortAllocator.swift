/// Which ports of the host a new instance gets.
///
/// Ports 3000 to 65499 are considered in groups of a hundred. The cursor moves on by a group with each new instance and
/// wraps after the last; within a group ports are chosen at random, and a group with too few free ones yields to the
/// next. Groups with ports that the machine gives to outgoing connections are taken only when no other has room: such a
/// port may be in use when its service is to listen.
public struct PortAllocator: Sendable {
    public static let first = 3000
    public static let groupSize = 100
    /// The first port of the last group, 65400–65499.
    public static let lastGroup = 65400

    public struct Allocation: Sendable, Equatable {
        public let ports: [Int]
        /// The first port of the group they are from; the next instance starts at the group after it.
        public let group: Int
    }

    /// - Parameters:
    ///   - group: the group that the last new instance was given; nil before the first.
    ///   - count: how many are needed, at most a hundred.
    ///   - outgoing: the ports for outgoing connections.
    ///   - isFree: not reserved and not listened on by anything else.
    /// - Returns: nil when no group has `count` free ports.
    public static func allocate<Generator: RandomNumberGenerator>(
        after group: Int?, count: Int, avoiding outgoing: ClosedRange<Int>? = nil, using generator: inout Generator,
        isFree: (Int) -> Bool
    ) -> Allocation? {
        let groups = groups(from: group.map(next(after:)) ?? first)
        let isOutgoing = { (group: Int) in outgoing?.overlaps(group...group + groupSize - 1) ?? false }
        for candidate in groups.filter({ !isOutgoing($0) }) + groups.filter(isOutgoing) {
            if let ports = choose(count, in: candidate, using: &generator, isFree: isFree) {
                return Allocation(ports: ports, group: candidate)
            }
        }
        return nil
    }

    /// All of them, in the order in which they are considered.
    private static func groups(from start: Int) -> [Int] {
        (0..<groupCount).map { first + ((start - first) / groupSize + $0) % groupCount * groupSize }
    }

    /// What to allocate after so that the group of `port` is considered first.
    public static func group(before port: Int) -> Int {
        let group = first + (min(max(port, first), lastGroup + groupSize - 1) - first) / groupSize * groupSize
        return group == first ? lastGroup : group - groupSize
    }

    static let groupCount = (lastGroup - first) / groupSize + 1

    static func next(after group: Int) -> Int { group >= lastGroup ? first : group + groupSize }

    private static func choose<Generator: RandomNumberGenerator>(
        _ count: Int, in group: Int, using generator: inout Generator, isFree: (Int) -> Bool
    ) -> [Int]? {
        var chosen: [Int] = []
        for port in (group..<group + groupSize).shuffled(using: &generator) {
            if chosen.count == count { break }
            if isFree(port) { chosen.append(port) }
        }
        return chosen.count == count ? chosen : nil
    }
}
