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

    /// The store or the plan could not be read, or nothing recorded: wait and look again.
    private func pause(after failures: Int, _ error: any Error) async {
        log.error("reconciling failed; trying again", ["error": "\(error)", "failures": "\(failures)"])
        let delay = RetryPolicy.reconcile.delay(afterAttempt: failures, chance: .random(in: 0...1))
        try? await context.clock.sleep(for: delay ?? RetryPolicy.reconcile.maximum)
    }

    /// - Returns: whether something was done, so that it is worth looking again.
    private func step() async throws -> Bool {
        let id = instance
        let state = try await context.look { reader in
            let current = try reader.instance(id)
            return (current, try reader.unfinishedDeployments(of: id), try reader.hasRejectedDesired(of: current))
        }
        guard let current = state.0 else {
            reconcilers.memories.forget(id)
            return false
        }
        let isRefused = current.verdict != nil && current.verdict?.version == current.desired
        let inputs = isRefused ? await context.preparer.inputs(of: current) : nil
        let next = Reconciliation.next(for: current, unfinished: state.1, inputs: inputs, isRejected: state.2)
        if case .run = next {} else { await reconcilers.stopsWaiting(id) }
        switch next {
        case .supersede:
            try await supersede(inputs: inputs)
            return true
        case .begin:
            try await begin(inputs: inputs)
            return true
        case .run(let deployment):
            guard let chosen = state.1.first(where: { $0.id == deployment }) else { return false }
            switch try await ApplicationWait(context: context, reconcilers: reconcilers).look(at: chosen) {
            case .ready: try await perform(chosen)
            case .waits: return try await watch(current, beside: chosen.id)
            case .ended: break
            }
            return true
        case .change(let state):
            reconcilers.memories.forget(id)
            let work = LifecycleWork(instance: current, context: context)
            let isBrokenOff = try await breakable({ try await work.perform() }) { task in
                await reconcilers.began(changing: task, to: state, of: id)
            }
            await reconcilers.wakeThose(waitingFor: id)
            return isBrokenOff ?? true
        case .settled: return try await watch(current)
        }
    }

    /// - Parameter waiting: a deployment that waits for other instances; what runs meanwhile is looked after.
    private func watch(_ current: Instance, beside waiting: String? = nil) async throws -> Bool {
        let reconcilers = reconcilers
        let watch = WorkloadWatch(
            context: context, memories: reconcilers.memories,
            onNews: { await reconcilers.wakeThose(waitingFor: current.id) },
            lookAgain: { await reconcilers.look(at: current.id, after: $0) })
        return try await breakable({ try await watch.look(at: current) }) { task in
            await reconcilers.began(watching: task, of: current.id, beside: waiting)
        } ?? false
    }

    // What to do is found anew within the transaction that does it: somebody may have changed their mind.

    private func supersede(inputs: String?) async throws {
        let moment = context.clock.now()
        let id = instance
        try await context.storage.write { transaction in
            guard let current = try transaction.instance(id) else { return }
            let unfinished = try transaction.unfinishedDeployments(of: id)
            guard case .supersede(let stale) = Reconciliation.next(for: current, unfinished: unfinished, inputs: inputs)
            else { return }
            for var deployment in unfinished where stale.contains(deployment.id) {
                try deployment.supersede(at: moment, in: transaction)
                try transaction.update(deployment)
            }
        }
    }

    private func begin(inputs: String?) async throws {
        let moment = context.clock.now()
        let id = instance
        try await context.storage.write { transaction in
            guard let current = try transaction.instance(id), let world = current.world else { return }
            let unfinished = try transaction.unfinishedDeployments(of: id)
            let next = Reconciliation.next(
                for: current, unfinished: unfinished, inputs: inputs,
                isRejected: try transaction.hasRejectedDesired(of: current))
            guard case .begin(let version) = next else { return }
            try transaction.insert(
                Deployment(
                    id: Identifier.make(at: moment), instance: id, environment: current.environment, world: world,
                    version: version, actor: "deployd", cause: Cause(.observation, id.description), createdAt: moment))
        }
    }

    private func perform(_ deployment: Deployment) async throws {
        let limiter = await reconcilers.limiter(of: deployment.world)
        let (reconcilers, instance) = (reconcilers, instance)
        let run = DeploymentRun(deployment: deployment, context: context, limiter: limiter) {
            await reconcilers.wakeThose(waitingFor: instance)
        }
        await reconcilers.began(run, of: instance)
        do {
            try await run.perform()
        } catch {
            await reconcilers.ended(instance)
            throw error
        }
        await reconcilers.ended(instance)
        await reconcilers.wakeThose(waitingFor: instance)
    }

    /// Runs what is broken off when something else is wanted.
    /// - Returns: true when it was broken off, so that there is something else to do now; else nil.
    private func breakable(
        _ body: @escaping @Sendable () async throws -> Void, began: (Task<Void, any Error>) async -> Void
    ) async throws -> Bool? {
        let task = Task { try await body() }
        await began(task)
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        await reconcilers.ended(instance)
        guard task.isCancelled, !Task.isCancelled else {
            try result.get()
            return nil
        }
        return true
    }
}

extension StorageReader {
    /// Whether somebody rejected the version that an instance should have, after it was set.
    fileprivate func hasRejectedDesired(of instance: Instance?) throws -> Bool {
        guard let instance, let desired = instance.desired else { return false }
        return try rejection(instance.id.application, desired) != nil
    }
}
