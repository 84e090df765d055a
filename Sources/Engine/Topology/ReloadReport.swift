public import Core
public import Model

/// What became of reading worlds and resource repositories.
public struct ReloadReport: Sendable, Equatable {
    /// When it was read; with problems, since when there are any.
    public let at: Timestamp
    /// Why what was read is not in force, or not all of it; empty when it is.
    public let problems: [TopologyProblem]

    public init(at: Timestamp, problems: [TopologyProblem] = []) {
        self.at = at
        self.problems = problems
    }

    public var hasFailed: Bool { !problems.isEmpty }
}

/// What was read contradicts what the API made or what runs, so that the old stays in force.
public struct ReloadRefusal: Error, Sendable {
    public let problems: [TopologyProblem]

    /// Runs a change of the API's: what a reload would be refused for, a caller is told.
    static func asConflict<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let refusal as ReloadRefusal {
            throw DeploydError(.conflict, refusal.problems.map(\.description).joined(separator: "; "))
        }
    }
}
