import Core
import Model

/// Looks at the workload of a settled instance, records what it sees, and starts again what should run and does not.
struct WorkloadWatch: Sendable {
    // Longer than any driver's own bounds.
    private static let lookLimit = Duration.seconds(600)
    private static let revivalLimit = Duration.seconds(3600)
    /// After which one is asked again who did not answer, where nobody is asked again and again.
    private static let silence = Duration.seconds(30)

    let context: EngineContext
    let memories: RecoveryMemories
    /// Called when its health is another than was recorded.
    let onNews: @Sendable () async -> Void
    /// Called with the time after which another look is due, where nobody looks again and again.
    let lookAgain: @Sendable (Duration) async -> Void

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
        let isTold = instance.world.map(context.told.contains) ?? false
        var observation: WorkloadObservation
        var pause: Duration?
        do {
            observation = try await bounded { try await driver.observe(workload, of: instance.identity) }
        } catch let error as DeploydError {
            try Task.checkCancellation()
            observation = WorkloadObservation(health: .unknown, reason: error.message)
            pause = WorkloadWatch.silence
        }
        observation.drift = observation.drift.map(DriftedField.settled)
        CrashPoint.observed.pass()
        let obstacles = observation.isIncomplete ? await context.preparer.obstacles(toStarting: instance) : []
        if !obstacles.isEmpty { observation.reason = obstacles.joined(separator: "\n") }
        let moment = context.clock.steady()
        let isNews = memories.with(instance.id) { memory in
            let isNews = memory.saw(observation.health, recorded: instance.health, isTold: isTold, at: moment)
            pause = memory.settles(at: moment) ?? pause
            return isNews
        }
        if isNews || observation.isAnother(of: instance) {
            try await record(observation, of: instance)
        } else if observation.isDriftAnother(of: instance) {
            try await record(observation, of: instance, hasSettled: false)
        }
        if let pause, isTold { await lookAgain(pause) }
        if memories.with(instance.id, { $0.isNews(obstacles) }) {
            context.log.error(
                "the workload is missing, and is not started: what it uses is gone",
                ["instance": instance.id.description, "reason": obstacles.joined(separator: "; ")])
        }
        guard observation.isIncomplete, obstacles.isEmpty else { return }
        let isWhole = try await revive(instance, workload, driver, seen: observation)
        guard isTold, !isWhole else { return }
        await lookAgain(memories.with(instance.id) { $0.pause(at: context.clock.steady()) })
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

    /// - Returns: whether nothing is missing of it any more.
    private func revive(
        _ instance: Instance, _ workload: Secret, _ driver: any WorkloadDriver, seen: WorkloadObservation
    ) async throws -> Bool {
        let moment = context.clock.steady()
        let isDue = memories.with(instance.id) { memory in
            guard memory.mayRevive(at: moment) else { return false }
            memory.willRevive(at: moment, chance: .random(in: 0...1))
            return true
        }
        guard isDue else { return false }
        let log = context.log.with("instance", instance.id.description)
        if seen.health == .missing {
            log.warning("the workload is missing; starting it again")
        } else if seen.health == .healthy, seen.drift?.isEmpty != false {
            log.info("the time of a former version is over; tidying up")
        } else {
            log.warning("the workload is not as it was deployed; mending it", ["reason": seen.reason ?? seen.driftText])
        }
        do {
            let state = try await Bound(limit: WorkloadWatch.revivalLimit, clock: context.clock).run("starting it") {
                try await driver.revive(workload, of: instance.identity)
            }
            var observation = try await driver.observe(state, of: instance.identity)
            observation.drift = observation.drift.map(DriftedField.settled)
            try await record(observation, of: instance, workload: state)
            return !observation.isIncomplete
        } catch let error as DeploydError {
            try Task.checkCancellation()
            log.error("the workload could not be started again", ["error": error.description])
            return false
        }
    }

    /// - Parameter hasSettled: whether its health is taken over; else only what others have changed.
    private func record(
        _ observation: WorkloadObservation, of seen: Instance, workload: Secret? = nil, hasSettled: Bool = true
    ) async throws {
        let moment = context.clock.now()
        let isNews = try await context.storage.write { transaction in
            guard var instance = try transaction.instance(seen.id), instance.lifecycle == seen.lifecycle else {
                return false
            }
            if let workload { instance.workload = workload }
            let before = instance.health
            if let event = observation.drift.flatMap({ instance.drifts($0) }) {
                try transaction.append(event, at: moment)
            }
            if hasSettled {
                instance.becomes(
                    observation.health, reason: observation.reason, replicas: observation.replicas, at: moment)
            }
            if before != instance.health {
                try transaction.append(
                    EventDraft(
                        .healthChanged, actor: "deployd", cause: Cause(.observation, instance.id.description),
                        application: instance.id.application, environment: instance.environment,
                        target: instance.id.target, before: before.rawValue, after: observation.health.rawValue,
                        detail: observation.reason),
                    at: moment)
            }
            try transaction.update(instance)
            return before != instance.health
        }
        if isNews { await onNews() }
    }
}

extension WorkloadObservation {
    /// Whether the same health has another reason now, or is another number of replicas', or others changed something.
    fileprivate func isAnother(of instance: Instance) -> Bool {
        health == instance.health
            && (reason != instance.healthReason || (replicas ?? instance.replicas) != instance.replicas
                || isDriftAnother(of: instance))
    }

    fileprivate func isDriftAnother(of instance: Instance) -> Bool { (drift ?? instance.drift) != instance.drift }

    fileprivate var driftText: String { DriftedField.text(drift ?? []) }
}
