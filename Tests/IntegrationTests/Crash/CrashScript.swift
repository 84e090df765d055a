import Core
import TestSupport

/// What one run does, all of it from its seed: how the server dies, and what is pushed when.
struct CrashScript {
    /// How one life of the server ends.
    enum Death: Equatable {
        /// At a labelled point, the first or a later time that it is passed.
        case point(CrashPoint, passage: Int)
        /// So long after it was started, ready or not.
        case moment(Duration)
    }

    struct Push {
        let repository: Int
        /// Indices of the services that change.
        let services: [Int]
        /// After the one before it of the same repository.
        let pause: Duration
    }

    static let pushCount = 60
    /// Those before everything runs for the first time.
    static let earlyDeaths = 3
    private static let randomDeaths = 5

    let deaths: [Death]
    let pushes: [Push]

    /// - Parameter services: how many each repository has; the first push of each is not among those here.
    init(seed: UInt64, services: [Int]) {
        var chance = SeededGenerator(seed, "script")
        deaths = CrashScript.deaths(seed: seed, &chance)
        pushes = (services.count..<CrashScript.pushCount).map { number in
            let repository = number % services.count
            let all = Array(0..<services[repository])
            let some = all.filter { _ in Bool.random(using: &chance) }
            return Push(
                repository: repository, services: some.isEmpty ? [Int.random(in: all.indices, using: &chance)] : some,
                pause: .milliseconds(Int.random(in: 0...600, using: &chance)))
        }
    }

    /// Of two runs whose seeds follow one another one has half of the points, and the other those that are left.
    private static func deaths(seed: UInt64, _ chance: inout SeededGenerator) -> [Death] {
        var deal = SeededGenerator(seed / 2, "points")
        let points = CrashPoint.allCases.shuffled(using: &deal)
        let own = points.indices.filter { $0 % 2 == Int(seed % 2) }.map { points[$0] }
        let labelled = own.map { Death.point($0, passage: Int.random(in: 1...3, using: &chance)) }
        let random = (0..<randomDeaths).map { _ in
            Death.moment(.milliseconds(Int.random(in: 0...1500, using: &chance)))
        }
        return (labelled + random).shuffled(using: &chance)
    }
}
