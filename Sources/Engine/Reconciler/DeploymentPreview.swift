import Core
import Model

/// Asks a driver what a deployment would change; whatever goes wrong with that is said and breaks no plan.
struct DeploymentPreview: Sendable {
    private static let limit = Duration.seconds(10)

    /// With the values of its secrets, by which what is shown is redacted.
    let prepared: PreparedDeployment
    let context: EngineContext

    private enum Found: Sendable {
        case changes([WorkloadChange]?)
        /// Why the version cannot be deployed as it is.
        case verdict(String)
    }

    /// - Returns: nil where the driver tells nothing, or nothing would be done.
    func perform() async -> WorkloadPreview? {
        let driver = prepared.driver
        guard driver.isPreviewed, prepared.plan.refusals.isEmpty else { return nil }
        let log = DeploymentStepLog(logs: NoLogs(), deployment: prepared.deployment.id)
        let work = DeploymentWork(prepared: prepared, context: context, log: log, fillsUnknown: true)
        do {
            let found = try await Bound(limit: DeploymentPreview.limit, clock: context.clock).run("looking") {
                do {
                    let request = try await work.request(previous: prepared.instance.workload)
                    return Found.changes(try await driver.preview(request))
                } catch let error as DeploydError where error.code == .invalid {
                    return Found.verdict(error.message)
                }
            }
            switch found {
            case .changes(let changes): return changes.map { WorkloadPreview(of: $0, redact: log.redact) }
            case .verdict(let reason):
                return WorkloadPreview(objects: [], note: "the deployment would fail:\n\(log.redact(reason))")
            }
        } catch {
            let reason = log.redact(DeploydError.wrapping(error, "unexpected error").message)
            return WorkloadPreview(objects: [], note: "what it would change there is not known: \(reason)")
        }
    }
}

/// Of what nobody performs.
private struct NoLogs: DeploymentLogs {
    func append(_ lines: [String], to deployment: String) {}

    func read(_ deployment: String, from offset: Int, maximumBytes: Int) async throws -> LogChunk {
        LogChunk(bytes: [], next: offset)
    }
}
