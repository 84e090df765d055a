import Core
import Engine
import HTTPServer
import Model

/// Whether the server lives and can work, and what it counts. For machines; without a token, so without secrets.
struct SystemRoutes: Sendable {
    let services: APIServices

    private let metrics: ServerMetrics

    init(services: APIServices) {
        self.services = services
        metrics = ServerMetrics(services: services)
    }

    private static let alive = HTTPResponse.text("ok\n")

    var operations: [Operation] {
        [
            Operation(
                method: .get, path: "/healthz", id: "healthz", tag: "Server", summary: "Whether the server is alive",
                access: .open, answers: [Operation.Answer(200, "It is.", ["text/plain": .string])],
                handler: .immediate { _ in SystemRoutes.alive }),
            Operation(
                method: .get, path: "/readyz", id: "readyz", tag: "Server",
                summary: "Whether the server can work: its database answers, its queue has room", access: .open,
                answers: [
                    Operation.Answer(200, "It can: `ready`, or `degraded` and why.", ["text/plain": .string])
                ],
                handler: .task { _ in
                    try await checkReadiness()
                    return .text(readiness)
                }),
            Operation(
                method: .get, path: "/metrics", id: "metrics", tag: "Server", summary: "Metrics as Prometheus text",
                access: .open, answers: [Operation.Answer(200, "The metrics.", ["text/plain": .string])],
                handler: .task { _ in
                    HTTPResponse(
                        status: 200, headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
                        body: .bytes(Array(try await metrics.text().utf8)))
                }),
        ]
    }

    private var readiness: String {
        let problems = [
            SystemRoutes.problem(services.context.topology.report), services.dataDirectory.flatMap(DiskReport.problem),
        ].compactMap(\.self)
        return problems.isEmpty ? "ready\n" : problems.joined()
    }

    /// Where the errors are, for everybody; what they are, only with a token.
    private static func problem(_ report: ReloadReport?) -> String? {
        guard let report, report.hasFailed else { return nil }
        let places = report.problems.prefix(20).map { problem in
            "\(problem.file ?? "made by the API")\(problem.position.map { ":\($0)" } ?? "")\n"
        }
        return """
            degraded: worlds and resource repositories have errors since \(report.at) and are not in force as they are \
            described; `deployd get worlds` says what is wrong
            \(places.joined())
            """
    }

    private func checkReadiness() async throws {
        let waiting: Int
        do { waiting = try await services.storage.read { try $0.waitingDeliveryCount() } } catch {
            services.log.error("not ready: the database does not answer", ["error": "\(error)"])
            throw DeploydError(.unavailable, "the database does not answer; see the server's log")
        }
        do { try await services.probeStorage() } catch {
            throw DeploydError(.unavailable, "nothing can be recorded: \(DeploydError.wrapping(error, "").message)")
        }
        guard waiting < services.deliveries.limits.total else {
            throw DeploydError(.unavailable, "\(waiting) deliveries wait to be processed; no more are taken")
        }
    }
}
