import Core
import Engine
import Glibc
import Model

/// What is counted when somebody asks: states, and the server's own process.
struct ServerMetrics: Sendable {
    private let services: APIServices

    /// Declares them, so that each is listed before it has a value.
    init(services: APIServices) {
        self.services = services
        let metrics = services.metrics
        metrics.declare("deployd_deliveries_waiting", .gauge, help: "Deliveries that wait to be processed.")
        metrics.declare(
            "deployd_deliveries_set_aside", .gauge, help: "Deliveries that failed too often and are not tried again.")
        metrics.declare("deployd_deployments_unfinished", .gauge, help: "Deployments that wait or run.")
        metrics.declare("deployd_instances", .gauge, help: "Instances that deployd runs, by health.")
        metrics.declare("deployd_resources_missing", .gauge, help: "Resources that were made and are gone.")
        metrics.declare(
            "deployd_reload_failed", .gauge, help: "1 while world files or resource repositories have errors.")
        metrics.declare("deployd_events_total", .counter, help: "Events in the history.")
        metrics.declare("deployd_data_free_bytes", .gauge, help: "Room on the disk of the data directory.")
        metrics.declare("deployd_build_info", .gauge, help: "Always 1; the label says the version.")
        metrics.declare("process_resident_memory_bytes", .gauge, help: "Memory of the server's process.")
        metrics.declare("process_start_time_seconds", .gauge, help: "When the server was started, since 1970.")
        metrics.set("deployd_build_info", 1, labels: ["version": services.version])
        metrics.set("process_start_time_seconds", Double(services.context.clock.now().microseconds) / 1e6)
    }

    /// - Returns: all metrics, as Prometheus text.
    func text() async throws -> String {
        let found = try await services.storage.read { reader in
            (
                deliveries: try reader.waitingDeliveryCount(), deployments: try reader.unfinishedDeployments().count,
                events: try reader.newestEvent(), states: try reader.stateCounts()
            )
        }
        let metrics = services.metrics
        metrics.set("deployd_deliveries_waiting", Double(found.deliveries))
        metrics.set("deployd_deliveries_set_aside", Double(found.states.deliveriesSetAside))
        metrics.set("deployd_deployments_unfinished", Double(found.deployments))
        for health in Health.allCases {
            let count = found.states.instances[health] ?? 0
            metrics.set("deployd_instances", Double(count), labels: ["health": health.rawValue])
        }
        metrics.set("deployd_resources_missing", Double(found.states.resourcesMissing))
        metrics.set("deployd_reload_failed", services.context.topology.report?.hasFailed == true ? 1 : 0)
        metrics.set("deployd_events_total", Double(found.events))
        if let free = DiskSpace.free(at: services.spoolDirectory) {
            metrics.set("deployd_data_free_bytes", Double(free))
        }
        if let memory = ServerMetrics.residentBytes() { metrics.set("process_resident_memory_bytes", Double(memory)) }
        return metrics.text
    }

    /// The second number of `/proc/self/statm`, in pages (proc(5)).
    private static func residentBytes() -> Int? {
        let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        let numbers = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return numbers.dropFirst().first.flatMap { Int($0) }.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
    }
}
