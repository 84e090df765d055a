import Core
import Model
import Synchronization

@testable import Drivers

/// Reserves free ports of this machine in memory, by the rules of the real registry.
final class FakePorts: HostPorts {
    private let reserved = Mutex<[InstanceIdentity: [String: Int]]>([:])
    private let probe = SystemPortProbe()

    func reserve(_ purposes: [String], for instance: InstanceIdentity) async throws -> [String: Int] {
        reserved.withLock { reserved in
            var ports = reserved[instance] ?? [:]
            let taken = Set(reserved.values.flatMap(\.values))
            let missing = purposes.filter { ports[$0] == nil }
            var generator = SystemRandomNumberGenerator()
            // Other tests run beside these: a group that chance chooses, below the ports that the kernel gives to
            // outgoing connections (ip_local_port_range), of which these tests make many.
            let start = PortAllocator.first + PortAllocator.groupSize * Int.random(in: 100..<280)
            let allocation = PortAllocator.allocate(after: start, count: missing.count, using: &generator) {
                !taken.contains($0) && probe.isFree($0)
            }
            for (purpose, port) in zip(missing, allocation?.ports ?? []) { ports[purpose] = port }
            reserved[instance] = ports
            return ports.filter { purposes.contains($0.key) }
        }
    }
}
