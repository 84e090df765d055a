import Core
import Model
import Synchronization

/// Writes a step's lines into the deployment's log, without the secrets known so far.
final class DeploymentStepLog: StepLog {
    private struct Known {
        var secrets: Set<Secret> = []
        var redactor = Redactor([] as [Secret])
    }

    private let logs: any DeploymentLogs
    private let deployment: String
    private let known = Mutex(Known())

    init(logs: any DeploymentLogs, deployment: String) {
        self.logs = logs
        self.deployment = deployment
    }

    /// From now on these are hidden, too.
    func hide(_ secrets: [Secret]) {
        known.withLock { known in
            let all = known.secrets.union(secrets)
            guard all.count > known.secrets.count else { return }
            known = Known(secrets: all, redactor: Redactor(all))
        }
    }

    func redact(_ text: String) -> String { known.withLock { $0.redactor }.redact(text) }

    func line(_ text: String) { logs.append([redact(text)], to: deployment) }
}
