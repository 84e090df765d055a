import Client
import Model

extension Wire.Cause {
    init(_ cause: Cause) { self.init(kind: cause.kind.rawValue, id: cause.id) }
}

extension Wire.Event {
    init(_ event: Event) {
        let draft = event.draft
        self.init(
            id: event.id, time: event.time, type: draft.type.rawValue, actor: draft.actor,
            cause: draft.cause.map(Wire.Cause.init), application: draft.application, environment: draft.environment,
            target: draft.target, before: draft.before, after: draft.after, detail: draft.detail)
    }
}

extension Wire.Deployment {
    init(_ deployment: Deployment) {
        self.init(
            id: deployment.id, application: deployment.instance.application, environment: deployment.environment,
            target: deployment.instance.target, world: deployment.world, version: deployment.version,
            status: Status(deployment.status), reason: deployment.reason, actor: deployment.actor,
            cause: deployment.cause.map(Wire.Cause.init), createdAt: deployment.createdAt,
            startedAt: deployment.startedAt, endedAt: deployment.endedAt, steps: deployment.steps.map(Step.init),
            restart: deployment.isRestart)
    }
}

extension Wire.Deployment.Status {
    init(_ status: Deployment.Status) {
        switch status {
        case .pending: self = .pending
        case .running: self = .running
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .superseded: self = .superseded
        case .cancelled: self = .cancelled
        }
    }
}

extension Wire.Deployment.Step {
    init(_ step: DeploymentStep) {
        self.init(
            name: step.name, kind: step.kind.rawValue, status: step.status.rawValue, reason: step.reason,
            startedAt: step.startedAt, endedAt: step.endedAt)
    }
}

extension Wire.Delivery {
    init(_ delivery: Delivery) {
        self.init(
            id: delivery.id, provider: delivery.key.provider, event: delivery.event, repository: delivery.repository,
            receivedAt: delivery.receivedAt, status: Status(delivery.status), reason: delivery.reason,
            attempts: delivery.attempts, nextAttemptAt: delivery.notBefore, deployments: delivery.deployments)
    }
}

extension Wire.Delivery.Status {
    init(_ status: Delivery.Status) {
        switch status {
        case .accepted: self = .accepted
        case .processing: self = .processing
        case .processed: self = .processed
        case .ignored: self = .ignored
        case .failed: self = .failed
        }
    }
}
