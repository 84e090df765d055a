/// How a new version takes over from the old one.
public enum UpdateStrategy: Sendable, Hashable {
    /// A part at a time; both serve meanwhile.
    case rolling
    /// The new one is made beside the old, and all requests change over at once.
    /// - Parameter keepOld: how long the old one stays afterwards.
    case blueGreen(keepOld: Duration)
    /// Each version stays beside the others, and a name for the latest moves.
    /// - Parameter keep: how many versions stay.
    case appendOnly(keep: Int)
}

/// What becomes of a version that fails.
public enum FailureResponse: String, Sendable, CaseIterable {
    /// The old version serves again, wholly.
    case rollback
    /// It is left as it is, for somebody to look at.
    case stop
}

/// How many replicas there are, as the load has it.
public struct Autoscaling: Sendable, Hashable {
    public let minimum: Int
    public let maximum: Int
    /// The utilisation of requested processors that is aimed at, in percent.
    public let cpuPercent: Int

    public init(minimum: Int, maximum: Int, cpuPercent: Int) {
        self.minimum = minimum
        self.maximum = maximum
        self.cpuPercent = cpuPercent
    }
}
