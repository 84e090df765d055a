import Core
public import Model

/// Reserves ports of the host for instances, in the store.
public struct PortRegistry: HostPorts {
    private let storage: any Storage
    private let probe: any HostPortProbe

    public init(storage: any Storage, probe: any HostPortProbe) {
        self.storage = storage
        self.probe = probe
    }

    public func reserve(_ purposes: [String], for identity: InstanceIdentity) async throws -> [String: Int] {
        let probe = probe
        return try await storage.write { transaction in
            guard let instance = try transaction.instance(identity)?.id else {
                throw DeploydError(.notFound, "\(identity) is gone, so no port is reserved for it")
            }
            var ports = Dictionary(
                uniqueKeysWithValues: try transaction.ports(of: instance).map { ($0.purpose, $0.port) })
            let isNew = ports.isEmpty
            let missing = purposes.filter { ports[$0] == nil }
            guard !missing.isEmpty else { return ports.filter { purposes.contains($0.key) } }
            let reserved = try transaction.reservedPorts()
            let cursor = try transaction.portCursor()
            let start = isNew ? cursor : ports.values.min().map { PortAllocator.group(before: $0) }
            var generator = SystemRandomNumberGenerator()
            let allocation = PortAllocator.allocate(
                after: start, count: missing.count, avoiding: probe.outgoing, using: &generator
            ) { !reserved.contains($0) && probe.isFree($0) }
            guard let allocation else {
                throw DeploydError(
                    .exhausted,
                    "no hundred of the ports 3000 to 65499 has \(missing.count) free ones for \(instance); "
                        + "destroy instances that are no longer needed")
            }
            for (purpose, port) in zip(missing, allocation.ports) {
                try transaction.insert(PortReservation(port: port, instance: instance, purpose: purpose))
                ports[purpose] = port
            }
            if isNew { try transaction.setPortCursor(allocation.group) }
            return ports.filter { purposes.contains($0.key) }
        }
    }
}
