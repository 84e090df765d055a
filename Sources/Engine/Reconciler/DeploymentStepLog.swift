import Core
import Model
import Synchronization

/// Writes a step's lines into the deployment's log, without the secrets known so far.
final class DeploymentStepLog: StepLog {
    private let logs: any DeploymentLogs
    private let deployment: String
    private let redactor = Mutex(Redactor([] as [Secret]))

    init(logs: any DeploymentLogs, deployment: String) {
        self.logs = logs
        self.deployment = deployment
    }

    func hide(_ secrets: [Secret]) {
        let new = Redactor(secrets)
        redactor.withLock { $0 = new }
    }

    func redact(_ text: String) -> String { redactor.withLock { $0 }.redact(text) }

    func line(_ text: String) { logs.append([redact(text)], to: deployment) }
}
