import Core
import Model

extension Deployment {
    /// Records how it ended, with the event of it.
    mutating func end(
        _ final: Status, reason: String?, at moment: Timestamp, in transaction: any StorageWriter
    ) throws {
        status = final
        self.reason = reason
        endedAt = moment
        for index in steps.indices where steps[index].status == .running {
            steps[index].status = final == .failed ? .failed : .pending
            steps[index].endedAt = moment
            if final == .failed { steps[index].reason = reason }
        }
        try transaction.update(self)
        guard let type = Deployment.event(of: final) else { return }
        try transaction.append(
            EventDraft(
                type, actor: actor, cause: Cause(.deployment, id), application: instance.application,
                environment: environment, target: instance.target, after: version, detail: reason),
            at: moment)
    }

    private static func event(of status: Status) -> EventType? {
        switch status {
        case .pending: nil
        case .running: .deploymentStarted
        case .succeeded: .deploymentSucceeded
        case .failed: .deploymentFailed
        case .superseded: .deploymentSuperseded
        case .cancelled: .deploymentCancelled
        }
    }
}
