import Core
import Model

/// Brings one instance to what it should have: looks, does the next thing, looks again.
struct InstanceLoop: Sendable {
    let instance: InstanceID
    let context: EngineContext
    let reconcilers: Reconcilers

    private var log: Log { context.log.with("instance", instance.description) }

    func run() async {
        var failures = 0
        while true {
            do {
                while try await step() {
                    failures = 0
                    if Task.isCancelled { break }
                }
            } catch {
                if !Task.isCancelled {
                    failures += 1
                    await pause(after: failures, error)
                    continue
                }
            }
            if Task.isCancelled {
                while await !reconcilers.end(instance) {}
                return
            }
            if await reconcilers.end(instance) { return }
        }
    }

    /// The store or the plan could not be read: wait and look again.
    private func pause(after failures: Int, _ error: any Error) async {
        log.error("reconciling failed; trying again", ["error": "\(error)", "failures": "\(failures)"])
        let policy = RetryPolicy(initial: .seconds(1), maximum: .seconds(60), tries: .max)
        let delay = policy.delay(afterAttempt: failures, chance: Double.random(in: 0...1)) ?? .seconds(60)
        try? await context.clock.sleep(for: delay)
    }

    /// - Returns: whether something was done, so that it is worth looking again.
    private func step() async throws -> Bool {
        let id = instance
        let state = try await context.storage.read { reader in
            (try reader.instance(id), try reader.unfinishedDeployments(of: id))
        }
        guard let current = state.0 else { return false }
        let inputs = current.verdict == nil ? nil : await context.preparer.inputs(of: current)
        switch Reconciliation.next(for: current, unfinished: state.1, inputs: inputs) {
        case .supersede(let deployments):
            try await supersede(deployments)
            return true
        case .begin(let version):
            try await begin(version, current)
            return true
        case .run(let deployment):
            guard let chosen = state.1.first(where: { $0.id == deployment }) else { return false }
            try await perform(chosen)
            return true
        case .settled:
            try await WorkloadWatch(context: context).look(at: current)
            return false
        }
    }

    private func supersede(_ deployments: [String]) async throws {
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            for id in deployments {
                guard var deployment = try transaction.deployment(id), !deployment.status.isFinal else { continue }
                try deployment.end(
                    .superseded, reason: "another version is wanted now", at: moment, in: transaction)
            }
        }
    }

    private func begin(_ version: String, _ current: Instance) async throws {
        guard let world = current.world else { return }
        let moment = context.clock.now()
        let deployment = Deployment(
            id: Identifier.make(at: moment), instance: instance, environment: current.environment, world: world,
            version: version, actor: "deployd", cause: Cause(.observation, instance.description), createdAt: moment)
        try await context.storage.write { transaction in
            guard try transaction.unfinishedDeployments(of: deployment.instance).isEmpty else { return }
            try transaction.insert(deployment)
        }
    }

    private func perform(_ deployment: Deployment) async throws {
        let run = DeploymentRun(deployment: deployment, context: context)
        try await reconcilers.withPlace(in: deployment.world) {
            await reconcilers.began(run, of: deployment.instance)
            do {
                try await run.perform()
            } catch {
                await reconcilers.ended(deployment.instance)
                throw error
            }
            await reconcilers.ended(deployment.instance)
        }
    }
}
