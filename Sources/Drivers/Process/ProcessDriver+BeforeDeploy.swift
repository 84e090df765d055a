import Core
import Model
import System

extension ProcessDriver {
    /// Runs the service's command before its new version starts, as the service itself is run: supervised, so that it goes
    /// on without this server. It is started once; whoever performs the step again finds it by its deployment.
    func beforeDeploy(_ request: WorkloadRequest, _ log: any StepLog) async throws {
        guard let command = request.spec.beforeDeploy else {
            throw DeploydError(.internal, "the deployment has no beforeDeploy")
        }
        let instance = request.identity
        let state = try await state(
            of: request, run: ProcessRuns.command(of: request.deployment), command: command)
        if try await runs.handle(state.run, of: instance).isNew() {
            // What attempts that are over have left is not to be at work beside it.
            try await runs.stopAll(of: instance, except: try kept(request))
            try await runs.claim(state, of: instance)
            try await ensureArtifact(request, log)
            log.line("$ \(command.map { $0.reveal() }.joined(separator: " "))")
            try await runs.start(state, of: instance, isOnce: true, as: ProcessSteps.beforeDeploy.name)
        }
        let wait = CommandWait(
            runs: runs, limit: beforeDeployLimit,
            retry: "deployd apply \(request.instance.application) --environment \(request.environment)")
        try await wait.wait(state, of: instance, log)
    }
}

extension SupervisedRun {
    /// Whether nothing was started in its directory yet.
    fileprivate func isNew() async throws -> Bool {
        if try await hasBegun() { return false }
        if try await isAlive() { return false }
        return try await exitRecord() == nil
    }
}
