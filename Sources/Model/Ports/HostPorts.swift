/// Whether a port of this host can be listened on now.
public protocol HostPortProbe: Sendable {
    func isFree(_ port: Int) -> Bool

    /// The ports that the machine gives to outgoing connections, so that they may be in use at any moment; nil when that
    /// is not known.
    var outgoing: ClosedRange<Int>? { get }
}

extension HostPortProbe {
    public var outgoing: ClosedRange<Int>? { nil }
}

/// Ports of this host that belong to instances.
public protocol HostPorts: Sendable {
    /// The instance's port for each purpose: those it has, and new ones for the rest.
    /// - Throws: `.exhausted` when no group has enough free ports.
    func reserve(_ purposes: [String], for instance: InstanceIdentity) async throws -> [String: Int]
}
