internal import Core
import Synchronization

/// What the loops of one server share.
final class ServerShared: Sendable {
    let configuration: HTTPServerConfiguration
    let router: HTTPRouter
    let log: Log
    let spooler: SpoolWorker
    private let metrics: Metrics
    private let connections = Atomic(0)
    private let bufferedBytes = Atomic(0)

    private static let requests = "deployd_http_requests_total"
    private static let open = "deployd_http_connections"
    private static let refused = "deployd_http_connections_refused_total"
    private static let evicted = "deployd_http_connections_evicted_total"

    init(_ configuration: HTTPServerConfiguration, _ router: HTTPRouter, _ metrics: Metrics, _ log: Log) throws {
        self.configuration = configuration
        self.router = router
        self.metrics = metrics
        self.log = log
        spooler = try SpoolWorker()
        metrics.declare(ServerShared.requests, .counter, help: "Requests answered, by class of status.")
        metrics.declare(ServerShared.open, .gauge, help: "Open connections.")
        metrics.declare(ServerShared.refused, .counter, help: "Connections refused because too many were open.")
        metrics.declare(
            ServerShared.evicted, .counter, help: "Connections without a whole request closed in favour of new ones.")
    }

    /// Takes one place among the connections; false when all are taken.
    func enter() -> Bool {
        let count = connections.add(1, ordering: .relaxed).newValue
        guard count > configuration.maximumConnections else { return true }
        connections.subtract(1, ordering: .relaxed)
        return false
    }

    /// Counts a connection that found no place.
    func refused() { metrics.increment(ServerShared.refused) }

    /// Counts connections that were closed to make room for others.
    func evicted(_ count: Int) { metrics.increment(ServerShared.evicted, by: Double(count)) }

    func leave() { connections.subtract(1, ordering: .relaxed) }

    /// Takes `count` bytes of what bodies may hold together; false, and nothing taken, when there is not so much.
    func reserve(_ count: Int) -> Bool {
        let total = bufferedBytes.add(count, ordering: .relaxed).newValue
        if total <= configuration.maximumBufferedBytes { return true }
        release(count)
        return false
    }

    func release(_ count: Int) { bufferedBytes.subtract(count, ordering: .relaxed) }

    /// Adds what a loop counted; loops do it about once a second.
    /// - Parameter answered: how many responses of each class of status: index 2 is 2xx.
    func report(_ answered: [Int]) {
        for (status, count) in answered.enumerated() where count > 0 {
            metrics.increment(ServerShared.requests, by: Double(count), labels: ["status": "\(status)xx"])
        }
        metrics.set(ServerShared.open, Double(connections.load(ordering: .relaxed)))
    }
}
