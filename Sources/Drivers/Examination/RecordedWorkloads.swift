import Core
import Model

/// What is recorded of the workloads of this host.
struct RecordedWorkloads: Sendable {
    struct Entry: Sendable {
        let instance: Instance
        let state: ProcessState
    }

    /// Of instances that are not in the middle of a change.
    let settled: [Entry]
    /// What of them is wrong in itself.
    let findings: [Finding]

    init(_ inventory: DataInventory) {
        let check = FindingCheck(.processes, "records")
        var entries: [Entry] = []
        var wrong: [Finding] = []
        for instance in inventory.instances where !instance.lifecycle.state.isEnding {
            guard let workload = instance.workload, !inventory.isChanging(instance) else { continue }
            do {
                entries.append(Entry(instance: instance, state: try ProcessState(workload)))
            } catch {
                wrong.append(check.problem("\(instance.id): \(error.message)", do: "`deployd destroy`, and push again"))
            }
        }
        wrong += RecordedWorkloads.misplaced(entries, inventory.ports, check)
        settled = entries
        findings = check.list(wrong, orOk: "\(entries.count) recorded workloads, each on ports of its own")
    }

    /// A port that a workload listens on is its instance's, and so nobody else's.
    private static func misplaced(_ entries: [Entry], _ ports: [PortReservation], _ check: FindingCheck) -> [Finding] {
        let owners = Dictionary(ports.map { ($0.port, $0.instance) }, uniquingKeysWith: { first, _ in first })
        return entries.flatMap { entry in
            let used =
                entry.state.replicas.flatMap { $0.ports.values } + entry.state.entrypoints.values.compactMap(\.listen)
            return Set(used).sorted().filter { owners[$0] != entry.instance.id }.map { port in
                let owner = owners[port].map { "reserved for \($0)" } ?? "not reserved"
                return check.problem(
                    "\(entry.instance.id) uses the port \(port), which is \(owner)",
                    do: "`deployd destroy` one of the two, and push again")
            }
        }
    }

    /// Those whose processes should run.
    var running: [Entry] { settled.filter { $0.instance.lifecycle.state == .running } }
}
