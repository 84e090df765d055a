import Core
import Model

/// Cleans up after a deployment that did not reach its end, and records why.
struct DeploymentEnding: Sendable {
    let error: any Error
    let interrupt: DeploymentRun.Interrupt?
    /// nil: it could not be prepared.
    let prepared: PreparedDeployment?
    let recorder: DeploymentRecorder
    let context: EngineContext
    let log: DeploymentStepLog

    /// - Throws: an error on the way of the preparation, which is begun anew; `RecordingError`; `CancellationError` when the
    ///   server stops: the deployment goes on later.
    func record() async throws {
        await abandon()
        // What somebody decided is recorded all the same: an interrupted deployment has started nothing.
        if interrupt == nil { try Task.checkCancellation() }
        do {
            switch interrupt {
            case .superseded:
                log.line("stopped: another version is wanted")
                try await recorder.supersede(at: context.clock.now())
            case .cancelled(let actor, let cause): try await cancel(by: actor, cause)
            case nil: try await fail()
            }
        } catch is EndedElsewhere {
            // Cancelled in the moment before it began.
        }
    }

    /// Best effort: what is left is found by the next attempt's own steps.
    private func abandon() async {
        let deployment = recorder.deployment
        guard let prepared, deployment.hasTouchedWorkload, !deployment.isCommitted else { return }
        let work = DeploymentWork(prepared: prepared, context: context, log: log)
        do {
            try await Retrying(policy: .cleanup, clock: context.clock).run("cleaning up") {
                let state = try await Bound(limit: .seconds(600), clock: context.clock).run("cleaning up") {
                    try await work.abandon(previous: deployment.previous)
                }
                if let state { try await recorder.restore(state) }
            } onFailure: { error, _ in
                log.line("cleaning up: \(error.message); trying again")
            }
        } catch {
            log.line("cleaning up after the attempt failed: \(error)")
        }
    }

    private func cancel(by actor: String, _ cause: Cause?) async throws {
        log.line("stopped: cancelled by \(actor)")
        var inputs = prepared?.plan.inputs
        if inputs == nil { inputs = await context.preparer.inputs(of: recorder.deployment) }
        try await recorder.cancel(by: actor, cause: cause, inputs: inputs, at: context.clock.now())
    }

    private func fail() async throws {
        let problem = DeploydError.wrapping(error, "unexpected error")
        if prepared == nil, problem.code.isTransient { throw problem }
        let isLeft = prepared?.service.onFailure == .stop && recorder.deployment.hasTouchedWorkload
        let rest = isLeft ? "\nit is left as it is (onFailure: stop): push a fix, or `deployd rollback`" : ""
        let reason = log.redact(problem.description) + rest
        log.line("failed: \(reason)")
        try await recorder.fail(
            reason: reason, inputs: prepared?.plan.inputs, isLeft: isLeft, at: context.clock.now())
    }
}
