import Core
import Model

/// What a container asks for and may use. Requests are what is limited, so that the scheduler knows what the kernel will
/// allow; without limits they are small. Processors are limited only where somebody says so: whoever is limited waits
/// beside an idle processor.
struct ContainerResources {
    let limits: WorkloadLimits

    var json: JSONValue {
        let cpu = limits.cpuMillis.map(ContainerResources.cpu)
        let memory = limits.memoryBytes.map(ContainerResources.memory)
        let limits = JSONValue.members(["cpu": cpu.map(JSONValue.string), "memory": memory.map(JSONValue.string)])
        return .members([
            "requests": ["cpu": .string(cpu ?? "50m"), "memory": .string(memory ?? "64Mi")],
            "limits": limits == [:] ? nil : limits,
        ])
    }

    /// As the API server writes it, so that what is read back is the same.
    static func cpu(_ millis: Int) -> String { millis.isMultiple(of: 1000) ? "\(millis / 1000)" : "\(millis)m" }

    static func memory(_ bytes: Int64) -> String {
        for (shift, unit) in [(40, "Ti"), (30, "Gi"), (20, "Mi"), (10, "Ki")] where bytes > 0 {
            if bytes.isMultiple(of: 1 << Int64(shift)) { return "\(bytes >> Int64(shift))\(unit)" }
        }
        return "\(bytes)"
    }
}
