import Client

/// An instance's health as tables show it.
extension Wire.Instance {
    var healthWord: String {
        if detached { return "detached" }
        return version.deployed == nil && version.desired == nil ? "-" : health.rawValue
    }

    /// Where there are several replicas, also how many of them are healthy: `degraded 2/3`.
    var healthText: String {
        guard !detached, let replicas, replicas.total > 1 else { return healthWord }
        return "\(healthWord) \(replicas)"
    }

    var healthCell: Table.Cell { Table.Cell(healthText, CommandContext.colour(of: healthWord)) }
}
