import Core
import Model

/// The ports of the host that an instance needs: two for each port of each replica of the service, one for each
/// entrypoint with an address of its own.
struct PortPlan: Sendable {
    struct Reserved: Sendable, Equatable {
        /// Where each replica of the version in the slot listens, by port name.
        let listen: [[String: Int]]
        /// The stable port of each entrypoint.
        let entrypoints: [String: Int]
    }

    let ports: [String]
    let entrypoints: [String]
    var replicas = 1

    /// An instance's ports are of one group of a hundred.
    static let maximum = PortAllocator.groupSize

    /// The names of those that have an address of their own.
    static func own(_ entrypoints: [String: WorkloadEntrypoint]) -> [String] {
        entrypoints.filter { $0.value.route == nil }.keys.sorted()
    }

    /// All at once, so that they are neighbours and the instance has both slots from the beginning.
    var purposes: [String] {
        (0..<replicas).flatMap { replica in
            ports.flatMap { port in ProcessState.Slot.allCases.map { PortPlan.service(port, $0, replica) } }
        } + entrypoints.map(PortPlan.entrypoint)
    }

    func reserve(
        for instance: InstanceIdentity, slot: ProcessState.Slot, in host: any HostPorts
    ) async throws -> Reserved {
        let purposes = purposes
        let numbers = purposes.isEmpty ? [:] : try await host.reserve(purposes, for: instance)
        guard purposes.allSatisfy({ numbers[$0] != nil }) else {
            throw DeploydError(.internal, "not every port of \(instance) could be reserved")
        }
        func pick(_ names: [String], _ purpose: (String) -> String) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: names.compactMap { name in numbers[purpose(name)].map { (name, $0) } })
        }
        return Reserved(
            listen: (0..<replicas).map { replica in pick(ports) { PortPlan.service($0, slot, replica) } },
            entrypoints: pick(entrypoints, PortPlan.entrypoint))
    }

    private static func service(_ port: String, _ slot: ProcessState.Slot, _ replica: Int) -> String {
        "service/\(port)/\(slot.rawValue)\(replica == 0 ? "" : "/\(replica + 1)")"
    }

    private static func entrypoint(_ name: String) -> String { "entrypoint/\(name)" }
}
