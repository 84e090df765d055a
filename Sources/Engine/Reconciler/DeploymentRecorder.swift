import Core
import Model
import Synchronization

/// Writes down how a deployment goes, each change in one transaction with its events.
///
/// Its functions throw `RecordingError` when the store refuses, which says nothing of the version.
final class DeploymentRecorder: Sendable {
    private let state: Mutex<Deployment>
    private let context: EngineContext

    init(deployment: Deployment, context: EngineContext) {
        state = Mutex(deployment)
        self.context = context
    }

    /// As it was recorded last.
    var deployment: Deployment { state.withLock { $0 } }
    /// What the instance ran before.
    var previous: Secret? { deployment.previous }

    func isDone(_ step: PlannedStep) -> Bool {
        deployment.steps.contains { step.isRecorded(as: $0) && $0.status == .succeeded }
    }

    /// Records the plan's steps. Of a deployment that was cut short, those that are done stay so.
    func begin(_ plan: InstancePlan) async throws {
        let moment = context.clock.now()
        try await change { deployment, transaction in
            let isResumed = deployment.status == .running
            // What the driver has begun it goes on with: the digest stays that of what it was begun with.
            let isKept = deployment.hasTouchedWorkload || deployment.inputs == plan.inputs
            deployment.steps = plan.steps.map { step in
                let earlier = deployment.steps.first { step.isRecorded(as: $0) && $0.status != .pending }
                let new = DeploymentStep(
                    name: step.name, kind: step.kind, isCommit: step.isCommit, isInterruptible: step.isInterruptible)
                return isKept ? earlier ?? new : new
            }
            if !isKept || deployment.inputs == nil { deployment.inputs = plan.inputs }
            guard !isResumed else { return }
            deployment.status = .running
            deployment.reason = nil
            deployment.startedAt = moment
            deployment.previous = try transaction.instance(deployment.instance)?.workload
            try transaction.append(deployment.event(.deploymentStarted), at: moment)
        }
    }

    func start(_ step: PlannedStep) async throws {
        let moment = context.clock.now()
        try await change(step) { entry in
            entry.status = .running
            entry.startedAt = moment
            entry.reason = nil
        }
    }

    func note(_ reason: String, on step: PlannedStep) async throws {
        try await change(step) { $0.reason = reason }
    }

    /// Records that a step is done; with the commit step the version counts as deployed.
    func finish(_ step: PlannedStep, _ result: DeploymentWork.Result) async throws {
        let moment = context.clock.now()
        try await change { deployment, transaction in
            if let index = deployment.steps.firstIndex(where: { step.isRecorded(as: $0) }) {
                deployment.steps[index].status = .succeeded
                deployment.steps[index].endedAt = moment
                deployment.steps[index].reason = nil
            }
            guard var instance = try transaction.instance(deployment.instance) else { return }
            if step.kind == .beforeDeploy {
                try transaction.insert(
                    BeforeDeployRun(
                        instance: instance.id, version: deployment.version, deployment: deployment.id, endedAt: moment))
            }
            if step.isCommit {
                try deployment.commit(to: &instance, result, at: moment, in: transaction)
            }
            if let workload = result.workload { instance.workload = workload }
            try transaction.update(instance)
        }
    }

    private func change(_ step: PlannedStep, _ body: @escaping @Sendable (inout DeploymentStep) -> Void) async throws {
        try await change { deployment, _ in
            guard let index = deployment.steps.firstIndex(where: { step.isRecorded(as: $0) }) else { return }
            body(&deployment.steps[index])
        }
    }

    /// - Throws: `RecordingError`, `EndedElsewhere`.
    func change(_ body: @escaping @Sendable (inout Deployment, any StorageWriter) throws -> Void) async throws {
        let id = deployment.id
        do {
            let changed = try await context.storage.write { transaction in
                guard var deployment = try transaction.deployment(id), !deployment.status.isFinal else {
                    throw EndedElsewhere()
                }
                try body(&deployment, transaction)
                try transaction.update(deployment)
                return deployment
            }
            state.withLock { $0 = changed }
        } catch let error as EndedElsewhere {
            throw error
        } catch {
            throw RecordingError(cause: error)
        }
    }
}

/// The store did not take a change. The deployment goes on later, from what is recorded.
struct RecordingError: Error, CustomStringConvertible {
    let cause: any Error

    var description: String { "recording a deployment failed: \(cause)" }
}

/// Somebody ended the deployment before it began.
struct EndedElsewhere: Error {}

extension Deployment {
    /// The moment at which `deployed` becomes this version: it was seen to run and be healthy.
    fileprivate func commit(
        to instance: inout Instance, _ result: DeploymentWork.Result, at moment: Timestamp,
        in transaction: any StorageWriter
    ) throws {
        var event = event(.versionDeployed)
        if instance.deployed != version {
            event.before = instance.deployed
            try transaction.append(event, at: moment)
        } else if isRestart {
            event.type = .instanceRestarted
            try transaction.append(event, at: moment)
        } else if instance.health != .healthy {
            event.type = .healthChanged
            event.before = instance.health.rawValue
            event.after = Health.healthy.rawValue
            try transaction.append(event, at: moment)
        }
        if instance.deployed != version { instance.since = moment }
        instance.deployed = version
        instance.becomes(.healthy, replicas: ReplicaCount(healthy: result.replicas), at: moment)
        instance.inputs = inputs
        instance.secrets = result.secrets
        instance.verdict = nil
        instance.entrypoints = result.entrypoints
    }
}
