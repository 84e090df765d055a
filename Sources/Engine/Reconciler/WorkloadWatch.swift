import Core
import Model

/// Looks at the workload of a settled instance, records what it sees, and starts again what should run and does not.
struct WorkloadWatch: Sendable {
    // Longer than any driver's own bounds.
    private static let lookLimit = Duration.seconds(600)
    private static let revivalLimit = Duration.seconds(3600)

    let context: EngineContext
    let memories: RecoveryMemories
    /// Called when its health is another than was recorded.
    let onNews: @Sendable () async -> Void

    /// - Throws: `CancellationError` when it is broken off, which says nothing of the workload; errors of the store.
    func look(at instance: Instance) async throws {
        guard let world = instance.world, let workload = instance.workload,
            let driver = context.workloadDriver(of: world)
        else { return }
        switch instance.lifecycle.state {
        case .running where instance.deployed != nil: try await look(at: instance, workload, driver)
        case .stopped: try await lookAtStopped(instance, workload, driver)
        default: break
        }
    }

    private func look(at instance: Instance, _ workload: Secret, _ driver: any WorkloadDriver) async throws {
        var observation: WorkloadObservation
        do {
            observation = try await bounded { try await driver.observe(workload, of: instance.identity) }
        } catch let error as DeploydError {
            try Task.checkCancellation()
            observation = WorkloadObservation(health: .unknown, reason: error.message)
        }
        CrashPoint.observed.pass()
        let obstacles = observation.isIncomplete ? await context.preparer.obstacles(toStarting: instance) : []
        if !obstacles.isEmpty { observation.reason = obstacles.joined(separator: "\n") }
        let moment = context.clock.steady()
        let isNews = memories.with(instance.id) { $0.saw(observation.health, recorded: instance.health, at: moment) }
        if isNews || observation.isAnother(of: instance) { try await record(observation, of: instance) }
        if memories.with(instance.id, { $0.isNews(obstacles) }) {
            context.log.error(
                "the workload is missing, and is not started: what it uses is gone",
                ["instance": instance.id.description, "reason": obstacles.joined(separator: "; ")])
        }
        guard observation.isIncomplete, obstacles.isEmpty else { return }
        try await revive(instance, workload, driver)
    }

    private func lookAtStopped(_ instance: Instance, _ workload: Secret, _ driver: any WorkloadDriver) async throws {
        let problem: String?
        do {
            problem = try await bounded { try await driver.suspensionProblem(of: workload, instance.identity) }
        } catch let error as DeploydError {
            try Task.checkCancellation()
            problem = error.message
        }
        let observation = WorkloadObservation(health: .suspended, reason: problem)
        if observation.isAnother(of: instance) { try await record(observation, of: instance) }
    }

    private func bounded<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await Bound(limit: WorkloadWatch.lookLimit, clock: context.clock).run("looking at it", body)
    }

    private func revive(_ instance: Instance, _ workload: Secret, _ driver: any WorkloadDriver) async throws {
        let moment = context.clock.steady()
        let isDue = memories.with(instance.id) { memory in
            guard memory.mayRevive(at: moment) else { return false }
            memory.willRevive(at: moment, chance: .random(in: 0...1))
            return true
        }
        guard isDue else { return }
        let log = context.log.with("instance", instance.id.description)
        log.warning("the workload is missing; starting it again")
        do {
            let state = try await Bound(limit: WorkloadWatch.revivalLimit, clock: context.clock).run("starting it") {
                try await driver.revive(workload, of: instance.identity)
            }
            try await record(try await driver.observe(state, of: instance.identity), of: instance, workload: state)
        } catch let error as DeploydError {
            try Task.checkCancellation()
            log.error("the workload could not be started again", ["error": error.description])
        }
    }

    private func record(
        _ observation: WorkloadObservation, of seen: Instance, workload: Secret? = nil
    ) async throws {
        let moment = context.clock.now()
        let isNews = try await context.storage.write { transaction in
            guard var instance = try transaction.instance(seen.id), instance.lifecycle == seen.lifecycle else {
                return false
            }
            if let workload { instance.workload = workload }
            let before = instance.health
            instance.becomes(
                observation.health, reason: observation.reason, replicas: observation.replicas, at: moment)
            if before != observation.health {
                try transaction.append(
                    EventDraft(
                        .healthChanged, actor: "deployd", cause: Cause(.observation, instance.id.description),
                        application: instance.id.application, environment: instance.environment,
                        target: instance.id.target, before: before.rawValue, after: observation.health.rawValue,
                        detail: observation.reason),
                    at: moment)
            }
            try transaction.update(instance)
            return before != observation.health
        }
        if isNews { await onNews() }
    }
}

extension WorkloadObservation {
    /// Whether the same health has another reason now, or is another number of replicas'.
    fileprivate func isAnother(of instance: Instance) -> Bool {
        health == instance.health
            && (reason != instance.healthReason || (replicas ?? instance.replicas) != instance.replicas)
    }
}
