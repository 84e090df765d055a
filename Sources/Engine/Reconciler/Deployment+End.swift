import Core
import Model

extension Deployment {
    /// Ends it, with the event of it. The caller records it.
    /// - Parameters:
    ///   - actor: who ended it; nil: whoever caused it.
    ///   - cause: nil: it ended by itself.
    mutating func end(
        _ final: Status, reason: String?, actor: String? = nil, cause: Cause? = nil, at moment: Timestamp,
        in transaction: any StorageWriter
    ) throws {
        status = final
        self.reason = reason
        endedAt = moment
        for index in steps.indices where steps[index].status == .running {
            steps[index].status = final == .failed ? .failed : .pending
            steps[index].endedAt = moment
            if final == .failed { steps[index].reason = reason }
        }
        guard let type = Deployment.event(of: final) else { return }
        var event = event(type)
        event.actor = actor ?? self.actor
        event.cause = cause ?? Cause(.deployment, id)
        event.detail = reason
        try transaction.append(event, at: moment)
    }

    /// Ends it because something else is wanted of its instance now.
    /// - Parameter actor: who wanted that; nil: whoever made the deployment that takes its place.
    mutating func supersede(
        by actor: String? = nil, cause: Cause? = nil, at moment: Timestamp, in transaction: any StorageWriter
    ) throws {
        let present = try transaction.instance(instance)
        let wanted = present?.wanted
        let newer = try transaction.unfinishedDeployments(of: instance).last { $0.id != id && $0.version == wanted }
        let reason =
            switch wanted {
            case nil where present?.lifecycle.state.isEnding == true: "the instance is destroyed"
            case nil where present?.lifecycle.state == .stopping: "the instance is stopped"
            case nil: "no version is wanted there any more"
            case version: "a later deployment of the same version takes its place"
            case .some(let wanted): "version \(wanted) is wanted now"
            }
        try end(
            .superseded, reason: reason, actor: actor ?? newer?.actor ?? "deployd",
            cause: newer.map { Cause(.deployment, $0.id) } ?? cause, at: moment, in: transaction)
    }

    func event(_ type: EventType) -> EventDraft {
        EventDraft(
            type, actor: actor, cause: cause, application: instance.application, environment: environment,
            target: instance.target, after: version)
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

extension Instance {
    /// Keeps `deployment`'s version from being tried again by itself, if it is the one wanted here.
    /// - Parameter isLeft: what it had begun is left as it is.
    mutating func refuse(_ deployment: Deployment, inputs: String?, isLeft: Bool = false) {
        guard desired == deployment.version, !deployment.isRestart else { return }
        verdict = Verdict(version: deployment.version, inputs: inputs ?? "", deployment: deployment.id, isLeft: isLeft)
    }
}
