/// How much is in which state, for whoever watches a server.
public struct StateCounts: Sendable, Equatable {
    /// Of instances that deployd runs, also of those that are stopped.
    public var instances: [Health: Int]
    /// Deliveries that are not tried again by themselves, though what they brought may be right.
    public var deliveriesSetAside: Int
    public var resourcesMissing: Int

    public init(instances: [Health: Int] = [:], deliveriesSetAside: Int = 0, resourcesMissing: Int = 0) {
        self.instances = instances
        self.deliveriesSetAside = deliveriesSetAside
        self.resourcesMissing = resourcesMissing
    }
}
