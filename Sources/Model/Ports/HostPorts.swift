/// Whether a port of this host can be listened on now.
public protocol HostPortProbe: Sendable {
    func isFree(_ port: Int) -> Bool
}

/// Ports of this host that belong to instances.
public protocol HostPorts: Sendable {
    /// The instance's port for each purpose: those it has, and new ones for the rest.
    /// - Throws: `.exhausted` when no group has enough free ports.
    func reserve(_ purposes: [String], for instance: InstanceIdentity) async throws -> [String: Int]
}
