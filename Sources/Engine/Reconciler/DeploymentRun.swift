import Core
import Model
import Synchronization

/// Performs one deployment: prepares it, then its steps, and records each before and after.
///
/// A run may be the second of its deployment: what the record says is done is not done again, and a step that was
/// running when the server died is performed anew.
final class DeploymentRun: Sendable {
    enum Interrupt: Sendable { case superseded, cancelled }

    private struct State {
        var interrupt: Interrupt?
        /// The workload step was reached: the deployment goes on to its own end.
        var isPastInterrupts = false
        var task: Task<Void, any Error>?
    }

    let deploymentID: String
    let instance: InstanceID
    let version: String
    private let deployment: Deployment
    private let context: EngineContext
    private let log: DeploymentStepLog
    private let state = Mutex(State())

    init(deployment: Deployment, context: EngineContext) {
        deploymentID = deployment.id
        instance = deployment.instance
        version = deployment.version
        self.deployment = deployment
        self.context = context
        log = DeploymentStepLog(logs: context.logs, deployment: deployment.id)
    }

    /// Asks it to stop.
    /// - Returns: false when the workload step was reached.
    func interrupt(_ reason: Interrupt) -> Bool {
        let task = state.withLock { state -> Task<Void, any Error>?? in
            guard !state.isPastInterrupts else { return .none }
            if state.interrupt == nil { state.interrupt = reason }
            return .some(state.task)
        }
        guard let task else { return false }
        task?.cancel()
        return true
    }

    /// - Throws: `CancellationError` when the server stops, and errors of the store; the deployment goes on later.
    func perform() async throws {
        let task = Task { try await performUnlessInterrupted() }
        let isInterrupted = state.withLock { state in
            state.task = task
            return state.interrupt != nil
        }
        if isInterrupted { task.cancel() }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func performUnlessInterrupted() async throws {
        let recorder = DeploymentRecorder(deployment: deployment, context: context)
        var prepared: PreparedDeployment?
        do {
            let ready = try await context.preparer.prepare(deployment)
            prepared = ready
            if let refusal = ready.refusal { throw refusal }
            try checkInterrupt()
            try await recorder.begin(ready.plan)
            try await steps(of: ready, recorder)
            try await recorder.succeed()
        } catch {
            try await end(error, prepared, recorder)
        }
    }

    private func steps(of prepared: PreparedDeployment, _ recorder: DeploymentRecorder) async throws {
        let work = DeploymentWork(prepared: prepared, context: context, log: log)
        for step in prepared.plan.steps {
            if step.kind == .workload || recorder.isCommitted { try passInterrupts() } else { try checkInterrupt() }
            guard !recorder.isDone(step.name) else { continue }
            try await recorder.start(step)
            log.line("\(step.kind.rawValue) \(step.name)")
            let state = try await retrying(step, recorder) {
                try await work.perform(step, previous: recorder.previous)
            }
            try await recorder.finish(step, state: state, work: work)
        }
    }

    /// Errors on the way are tried again, visibly.
    private func retrying(
        _ step: PlannedStep, _ recorder: DeploymentRecorder, _ body: () async throws -> Secret?
    ) async throws -> Secret? {
        var attempt = 0
        while true {
            do {
                return try await body()
            } catch let error as DeploydError where error.code.isTransient && !Task.isCancelled {
                attempt += 1
                let chance = Double.random(in: 0...1)
                guard let delay = RetryPolicy.step.delay(afterAttempt: attempt, chance: chance) else {
                    throw DeploydError(
                        .invalid, "\(step.name): \(error.message) (tried \(attempt) times)", cause: error)
                }
                let notice = "\(error.message); trying again in \(delay.milliseconds) ms"
                log.line(notice)
                try await recorder.note(log.redact(notice), on: step)
                try await context.clock.sleep(for: delay)
            }
        }
    }

    private func checkInterrupt() throws {
        try Task.checkCancellation()
        if state.withLock({ $0.interrupt }) != nil { throw CancellationError() }
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
        let interrupt = state.withLock { $0.interrupt }
        if interrupt == nil, Task.isCancelled { throw CancellationError() }
        // Cancellation of this task must not reach what cleans up after it.
        let log = log
        let context = context
        try await Task.detached {
            if let prepared, !recorder.isCommitted, recorder.hasBegunWorkload {
                let work = DeploymentWork(prepared: prepared, context: context, log: log)
                await work.abandon(previous: recorder.previous)
            }
            switch interrupt {
            case .superseded: try await recorder.end(.superseded, reason: "another version is wanted now")
            case .cancelled: try await recorder.end(.cancelled, reason: "cancelled on request")
            case nil:
                let problem = DeploydError.wrapping(error, "unexpected error")
                if prepared == nil, problem.code.isTransient { throw problem }
                let reason = log.redact(problem.description)
                log.line("failed: \(reason)")
                try await recorder.fail(reason: reason, inputs: prepared?.plan.inputs)
            }
        }.value
    }
}
