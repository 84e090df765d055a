public import Model

/// Every capability that this program can serve, each by one driver.
public struct DriverTable: Sendable {
    /// By capability, e.g. `deploy:process`.
    public let workloads: [String: any WorkloadDriver]
    /// By capability, e.g. `local`.
    public let resources: [String: any ResourceDriver]

    /// A capability that two drivers of one kind claim goes to the first.
    public init(workloads: [any WorkloadDriver], resources: [any ResourceDriver]) {
        self.workloads = Dictionary(workloads.map { ($0.capability, $0) }, uniquingKeysWith: { first, _ in first })
        self.resources = Dictionary(resources.map { ($0.capability, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
