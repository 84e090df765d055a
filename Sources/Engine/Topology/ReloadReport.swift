public import Core
public import Model

/// What became of reading worlds and resource repositories.
public struct ReloadReport: Sendable, Equatable {
    public let at: Timestamp
    /// Why what was read is not in force, or not all of it; empty when it is.
    public let problems: [TopologyProblem]

    public init(at: Timestamp, problems: [TopologyProblem] = []) {
        self.at = at
        self.problems = problems
    }

    public var hasFailed: Bool { !problems.isEmpty }
}

/// What was read contradicts what the API made, so that the old stays in force.
public struct ReloadRefusal: Error, Sendable {
    public let problems: [TopologyProblem]
}
