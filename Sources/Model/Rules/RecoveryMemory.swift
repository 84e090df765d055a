public import Core

/// What the looks at a workload remember of the looks before: it keeps a workload that comes and goes from filling the
/// history, and one that cannot live from being started again without a pause.
public struct RecoveryMemory: Sendable, Equatable {
    /// How long a change must be seen before it is recorded. Only what gets worse is recorded at once.
    public static let settling = Duration.seconds(10)
    /// A workload that was healthy for this long after it was started again is forgiven its earlier ends.
    public static let forgiveness = Duration.seconds(600)
    /// How many changes for the better that a driver tells of are recorded at once within `window`; more have to settle.
    public static let burst = 6
    public static let window = Duration.seconds(60)

    private struct Candidate: Sendable, Equatable {
        let health: Health
        let since: Timestamp
    }

    private var candidate: Candidate?
    private var revivals = 0
    private var lastRevival: Timestamp?
    private var nextRevival: Timestamp?
    private var obstacles: [String] = []
    private var told: [Timestamp] = []

    public init() {}

    /// Takes a look into account.
    /// - Parameters:
    ///   - recorded: the health that the instance has.
    ///   - isTold: its driver tells of changes, so that what it says now stays so until it says otherwise.
    /// - Returns: whether the health that was seen is to be recorded.
    public mutating func saw(
        _ health: Health, recorded: Health, isTold: Bool = false, at moment: Timestamp
    ) -> Bool {
        if health == .healthy, let lastRevival, moment - lastRevival >= RecoveryMemory.forgiveness {
            revivals = 0
            self.lastRevival = nil
            nextRevival = nil
        }
        guard health != recorded else {
            candidate = nil
            return false
        }
        if recorded == .healthy || health == .missing || (isTold && takesBurst(at: moment)) {
            candidate = nil
            return true
        }
        guard let candidate, candidate.health == health else {
            candidate = Candidate(health: health, since: moment)
            return false
        }
        return moment - candidate.since >= RecoveryMemory.settling
    }

    private mutating func takesBurst(at moment: Timestamp) -> Bool {
        told.removeAll { moment - $0 >= RecoveryMemory.window }
        guard told.count < RecoveryMemory.burst else { return false }
        told.append(moment)
        return true
    }

    /// How long a change that was seen has still to stay; nil: none waits for that.
    public func settles(at moment: Timestamp) -> Duration? {
        candidate.map { max(.zero, RecoveryMemory.settling - (moment - $0.since)) }
    }

    /// How long a missing workload is left alone from now on.
    public func pause(at moment: Timestamp) -> Duration { nextRevival.map { max(.zero, $0 - moment) } ?? .zero }

    /// Whether what keeps a missing workload from being started is something, and something else than at the last look.
    public mutating func isNews(_ obstacles: [String]) -> Bool {
        defer { self.obstacles = obstacles }
        return !obstacles.isEmpty && obstacles != self.obstacles
    }

    /// Whether a missing workload may be started again now.
    public func mayRevive(at moment: Timestamp) -> Bool { nextRevival.map { $0 <= moment } ?? true }

    /// Counts that it is started again.
    /// - Parameter chance: 0 to 1, from a random generator.
    public mutating func willRevive(at moment: Timestamp, chance: Double) {
        revivals += 1
        lastRevival = moment
        nextRevival = RetryPolicy.revive.delay(afterAttempt: revivals, chance: chance).map { moment + $0 }
    }
}
