/// Which lanes have their turn: a few at a time, and beside these the ones that take long.
///
/// A lane whose turn takes long gives its place back and goes on aside, so that repositories that hang keep nobody else
/// from the intake. Its next turn begins aside too, until one was quick again.
struct LanePlaces {
    /// What becomes of a turn that takes long.
    enum Verdict { case goesOnAside, givesUp }

    /// How many turns there may be at a time beside the quick ones.
    static let asideLimit = 16
    /// How many slow lanes are remembered; further ones begin quick again.
    static let memory = 1000

    private let limit: Int
    private var quick: Set<String> = []
    private var aside: Set<String> = []
    private var slow: Set<String> = []
    /// Slow lanes that have work, in the order they are to have a turn.
    private var waiting: [String] = []

    /// - Parameter limit: how many quick turns there are at a time.
    init(limit: Int) { self.limit = limit }

    /// Whether a lane has its turn, or is to have it as soon as there is a place.
    func knows(_ lane: String) -> Bool { quick.contains(lane) || aside.contains(lane) || waiting.contains(lane) }

    /// Whether a lane that is not known to be slow may begin.
    var hasRoom: Bool { quick.count < limit }

    /// The slow lane whose turn begins now; nil when there is none, or no place.
    mutating func beginSlow() -> String? {
        guard aside.count < LanePlaces.asideLimit, !waiting.isEmpty else { return nil }
        let lane = waiting.removeFirst()
        aside.insert(lane)
        return lane
    }

    /// - Returns: false for a slow lane, which waits for a place aside (`beginSlow`).
    mutating func begin(_ lane: String) -> Bool {
        guard !slow.contains(lane) else {
            waiting.append(lane)
            return false
        }
        quick.insert(lane)
        return true
    }

    /// The turn of a lane takes long.
    mutating func isLate(_ lane: String) -> Verdict {
        if slow.count < LanePlaces.memory { slow.insert(lane) }
        guard quick.contains(lane) else { return .goesOnAside }
        guard aside.count < LanePlaces.asideLimit else { return .givesUp }
        quick.remove(lane)
        aside.insert(lane)
        return .goesOnAside
    }

    mutating func end(_ lane: String, wasLate: Bool) {
        quick.remove(lane)
        aside.remove(lane)
        if !wasLate { slow.remove(lane) }
    }
}
