/// How many replicas of a workload are healthy, and how many there are to be.
public struct ReplicaCount: Sendable, Hashable, CustomStringConvertible {
    public let healthy: Int
    public let total: Int

    public init(healthy: Int, total: Int) {
        self.healthy = healthy
        self.total = total
    }

    /// All of them.
    public init(healthy: Int) { self.init(healthy: healthy, total: healthy) }

    /// `2/3`.
    public var description: String { "\(healthy)/\(total)" }
}
