import Core
import Model
import Synchronization

/// Writes down how a deployment goes, each change in one transaction with its events.
final class DeploymentRecorder: Sendable {
    private let state: Mutex<Deployment>
    private let commit = Mutex(false)
    private let context: EngineContext

    init(deployment: Deployment, context: EngineContext) {
        state = Mutex(deployment)
        self.context = context
    }

    /// What the instance ran before.
    var previous: Secret? { state.withLock { $0.previous } }
    /// Whether the version counts as deployed already.
    var isCommitted: Bool { commit.withLock { $0 } }
    private var hasBegun: Bool { state.withLock { $0.status == .running } }

    /// Whether a step of the driver's may have had effects.
    var hasBegunWorkload: Bool {
        state.withLock { $0.steps.contains { $0.kind != .resource && $0.status != .pending } }
    }

    func isDone(_ step: String) -> Bool {
        state.withLock { $0.steps.first { $0.name == step }?.status == .succeeded }
    }

    /// Records the plan's steps. Of a deployment that was cut short, those that are done stay so.
    func begin(_ plan: InstancePlan) async throws {
        let moment = context.clock.now()
        let isResumed = hasBegun
        let steps = plan.steps.map { planned in
            let earlier = state.withLock { $0.steps.first { $0.name == planned.name && $0.status == .succeeded } }
            return earlier ?? DeploymentStep(name: planned.name, kind: planned.kind)
        }
        commit.withLock { $0 = plan.steps.contains { $0.isCommit && isDone($0.name) } }
        try await change { deployment, transaction in
            deployment.steps = steps
            deployment.inputs = plan.inputs
            guard !isResumed else { return }
            deployment.status = .running
            deployment.startedAt = moment
            deployment.previous = try transaction.instance(deployment.instance)?.workload
            try transaction.append(deployment.event(.deploymentStarted), at: moment)
        }
    }

    func start(_ step: PlannedStep) async throws {
        let moment = context.clock.now()
        try await change(step.name) { entry in
            entry.status = .running
            entry.startedAt = moment
            entry.reason = nil
        }
    }

    func note(_ reason: String, on step: PlannedStep) async throws {
        try await change(step.name) { $0.reason = reason }
    }

    /// Records that a step is done; with the commit step the version counts as deployed.
    func finish(_ step: PlannedStep, state workload: Secret?, work: DeploymentWork) async throws {
        let moment = context.clock.now()
        let entrypoints = step.isCommit ? try await work.entrypoints(previous: previous) : [:]
        try await change { deployment, transaction in
            if let index = deployment.steps.firstIndex(where: { $0.name == step.name }) {
                deployment.steps[index].status = .succeeded
                deployment.steps[index].endedAt = moment
                deployment.steps[index].reason = nil
            }
            guard var instance = try transaction.instance(deployment.instance) else { return }
            if step.isCommit {
                try deployment.commit(to: &instance, entrypoints: entrypoints, at: moment, in: transaction)
            }
            if let workload { instance.workload = workload }
            try transaction.update(instance)
        }
        if step.isCommit { commit.withLock { $0 = true } }
    }

    func succeed() async throws { try await end(.succeeded, reason: nil) }

    func end(_ status: Deployment.Status, reason: String?) async throws {
        let moment = context.clock.now()
        try await change { deployment, transaction in
            try deployment.end(status, reason: reason, at: moment, in: transaction)
        }
    }

    /// Records a verdict on the version, so that it is not tried again by itself.
    func fail(reason: String, inputs: String?) async throws {
        let moment = context.clock.now()
        let isCommitted = isCommitted
        try await change { deployment, transaction in
            if deployment.startedAt == nil { deployment.startedAt = moment }
            // After the commit the version runs; what could not be cleaned up is said, and is no failure of it.
            guard !isCommitted else {
                return try deployment.end(.succeeded, reason: reason, at: moment, in: transaction)
            }
            deployment.inputs = inputs
            try deployment.end(.failed, reason: reason, at: moment, in: transaction)
            guard var instance = try transaction.instance(deployment.instance) else { return }
            instance.verdict = Instance.Verdict(
                version: deployment.version, inputs: inputs ?? "", deployment: deployment.id)
            try transaction.update(instance)
        }
    }

    private func change(_ step: String, _ body: @escaping @Sendable (inout DeploymentStep) -> Void) async throws {
        try await change { deployment, _ in
            guard let index = deployment.steps.firstIndex(where: { $0.name == step }) else { return }
            body(&deployment.steps[index])
        }
    }

    private func change(
        _ body: @escaping @Sendable (inout Deployment, any StorageWriter) throws -> Void
    ) async throws {
        let current = state.withLock { $0 }
        let changed = try await context.storage.write { transaction in
            var deployment = current
            try body(&deployment, transaction)
            try transaction.update(deployment)
            return deployment
        }
        state.withLock { $0 = changed }
    }
}

extension Deployment {
    fileprivate func event(_ type: EventType) -> EventDraft {
        EventDraft(
            type, actor: actor, cause: cause, application: instance.application, environment: environment,
            target: instance.target, after: version, detail: nil)
    }

    /// The moment at which `deployed` becomes this version: it was seen to run and be healthy.
    fileprivate func commit(
        to instance: inout Instance, entrypoints: [String: String], at moment: Timestamp,
        in transaction: any StorageWriter
    ) throws {
        var event = event(.versionDeployed)
        event.before = instance.deployed
        instance.deployed = version
        instance.health = .healthy
        instance.since = moment
        instance.inputs = inputs
        instance.verdict = nil
        instance.entrypoints = entrypoints
        try transaction.append(event, at: moment)
    }
}
