import Core
import Model
import Synchronization

/// Performs one deployment: waits for a place in its world, prepares it, then its steps, and records each before and
/// after.
///
/// A run may be the second of its deployment: what the record says is done is not done again, and a step that was
/// running when the server died is performed anew.
final class DeploymentRun: Sendable {
    enum Interrupt: Sendable {
        case superseded
        case cancelled(by: String, cause: Cause?)
    }

    /// Longer than any driver's own bound: it ends what forgot its own.
    private static let stepLimit = Duration.seconds(3600)

    private struct State {
        var interrupt: Interrupt?
        /// Another version was wanted when it could not be interrupted; perhaps it can be later.
        var isOvertaken = false
        /// The workload step was reached, or it ends already: it goes on to its own end, unless a step may be broken off.
        var isPastInterrupts: Bool
        /// `beforeDeploy` runs. To cut it short may do harm, so it ends before what is newer is looked at; only somebody who
        /// cancels it stops it.
        var isShielded: Bool
        var task: Task<Void, any Error>?

        /// Whether it must stop now.
        var isInterrupted: Bool {
            switch interrupt {
            case nil: false
            case .superseded: !isShielded
            case .cancelled: true
            }
        }
    }

    let deploymentID: String
    let instance: InstanceID
    let version: String
    private let deployment: Deployment
    private let context: EngineContext
    private let limiter: Limiter
    private let onCommit: @Sendable () async -> Void
    private let log: DeploymentStepLog
    private let state: Mutex<State>

    /// - Parameter onCommit: called once the version counts as deployed; what follows may take long.
    init(
        deployment: Deployment, context: EngineContext, limiter: Limiter, onCommit: @escaping @Sendable () async -> Void
    ) {
        deploymentID = deployment.id
        instance = deployment.instance
        version = deployment.version
        self.deployment = deployment
        self.context = context
        self.limiter = limiter
        self.onCommit = onCommit
        log = DeploymentStepLog(logs: context.logs, deployment: deployment.id)
        state = Mutex(
            State(
                isPastInterrupts: deployment.isPastInterrupts,
                isShielded: deployment.steps.contains { $0.kind == .beforeDeploy && $0.status == .running }))
    }

    /// Asks it to stop.
    /// - Returns: false when the workload step was reached.
    func interrupt(_ reason: Interrupt) -> Bool {
        let task = state.withLock { state -> Task<Void, any Error>?? in
            guard !state.isPastInterrupts else {
                if case .superseded = reason { state.isOvertaken = true }
                return .none
            }
            if state.interrupt == nil { state.interrupt = reason }
            if case .cancelled = reason { state.isShielded = false }
            return .some(state.isInterrupted ? state.task : nil)
        }
        guard let task else { return false }
        task?.cancel()
        return true
    }

    /// - Throws: `CancellationError` when the server stops, and errors of the store; the deployment goes on later.
    func perform() async throws {
        let recorder = DeploymentRecorder(deployment: deployment, context: context)
        let prepared = Mutex<PreparedDeployment?>(nil)
        do {
            try await interruptibly { run in
                try await run.limiter.withPlace {
                    try await run.work(recorder) { ready in prepared.withLock { $0 = ready } }
                }
            }
        } catch {
            // In the loop's own task, which no interrupt cancels.
            try await end(error, prepared.withLock { $0 }, recorder)
        }
    }

    private func interruptibly(_ body: @escaping @Sendable (DeploymentRun) async throws -> Void) async throws {
        let task = Task { try await body(self) }
        let isInterrupted = state.withLock { state in
            state.task = task
            return state.isInterrupted
        }
        if isInterrupted { task.cancel() }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func work(
        _ recorder: DeploymentRecorder, onPrepared: (PreparedDeployment) -> Void
    ) async throws {
        let prepared = try await prepare()
        onPrepared(prepared)
        if prepared.isInPlace {
            let reason = "this version runs already, with the same inputs"
            return try await recorder.succeed(reason: reason, at: context.clock.now())
        }
        if let refusal = prepared.refusal { throw refusal }
        try checkInterrupt()
        CrashPoint.planned.pass()
        try await recorder.begin(prepared.plan)
        CrashPoint.begun.pass()
        try await steps(of: prepared, recorder)
        try await recorder.succeed(at: context.clock.now())
        CrashPoint.ended.pass()
    }

    /// In a task of its own: a task keeps the largest stack that it ever needed, and this one waits for long.
    private func prepare() async throws -> PreparedDeployment {
        try await withThrowingTaskGroup(of: PreparedDeployment.self) { group in
            group.addTask { [context, deployment] in
                try await context.preparer.prepare(deployment, isPerformed: true)
            }
            guard let prepared = try await group.next() else { throw CancellationError() }
            return prepared
        }
    }

    private func steps(of prepared: PreparedDeployment, _ recorder: DeploymentRecorder) async throws {
        let work = DeploymentWork(prepared: prepared, context: context, log: log)
        for step in prepared.plan.steps {
            try meetInterrupts(before: step, isCommitted: recorder.deployment.isCommitted)
            guard !recorder.isDone(step) else { continue }
            try shield(step)
            try await recorder.start(step)
            CrashPoint.stepStarted.pass()
            log.line(step.kind.rawValue == step.name ? step.name : "\(step.kind.rawValue) \(step.name)")
            let result = try await Retrying(policy: .step, clock: context.clock).run(step.name) {
                try await Bound(limit: DeploymentRun.stepLimit, clock: context.clock).run(step.name) {
                    try await work.perform(step, previous: recorder.previous)
                }
            } onFailure: { error, delay in
                let notice = "\(error.message); trying again in \(delay.milliseconds) ms"
                log.line(notice)
                try await recorder.note(log.redact(notice), on: step)
            }
            if step.isCommit, step.isInterruptible { try passInterrupts() }
            CrashPoint.effect(of: step, isCommitted: recorder.deployment.isCommitted).pass()
            try await recorder.finish(step, result)
            CrashPoint.stepRecorded.pass()
            unshield(step)
            if step.isCommit { await onCommit() }
        }
    }

    private func meetInterrupts(before step: PlannedStep, isCommitted: Bool) throws {
        if step.isInterruptible, !isCommitted {
            state.withLock { state in
                state.isPastInterrupts = false
                if state.isOvertaken, state.interrupt == nil { state.interrupt = .superseded }
            }
        } else if step.kind == .workload || step.isCommit {
            return try passInterrupts()
        }
        try checkInterrupt()
    }

    private func checkInterrupt() throws {
        try Task.checkCancellation()
        if state.withLock(\.isInterrupted) { throw CancellationError() }
    }

    private func shield(_ step: PlannedStep) throws {
        guard step.kind == .beforeDeploy else { return }
        let isInterrupted = state.withLock { state in
            if !state.isInterrupted { state.isShielded = true }
            return state.isInterrupted
        }
        if isInterrupted { throw CancellationError() }
    }

    private func unshield(_ step: PlannedStep) {
        if step.kind == .beforeDeploy { state.withLock { $0.isShielded = false } }
    }

    private func passInterrupts() throws {
        try Task.checkCancellation()
        let isInterrupted = state.withLock { state in
            if state.interrupt == nil { state.isPastInterrupts = true }
            return state.interrupt != nil
        }
        if isInterrupted { throw CancellationError() }
    }

    private func end(
        _ error: any Error, _ prepared: PreparedDeployment?, _ recorder: DeploymentRecorder
    ) async throws {
        let (interrupt, isShielded) = state.withLock { state in
            state.isPastInterrupts = true
            return (state.interrupt, state.isShielded)
        }
        if error is EndedElsewhere { return }
        if error is RecordingError || (Task.isCancelled && (interrupt == nil || isShielded)) { throw error }
        let ending = DeploymentEnding(
            error: error, interrupt: interrupt, prepared: prepared, recorder: recorder, context: context, log: log)
        try await ending.record()
    }
}
