import Core
import Model

/// Looks at the workload of a settled instance, records what it sees, and starts again what should run and does not.
struct WorkloadWatch: Sendable {
    let context: EngineContext

    func look(at instance: Instance) async throws {
        guard let world = instance.world, let workload = instance.workload, instance.deployed != nil,
            let driver = context.workloadDriver(of: world)
        else { return }
        let observation: WorkloadObservation
        do {
            observation = try await driver.observe(workload, of: instance.id)
        } catch let error as DeploydError {
            try await record(WorkloadObservation(health: .unknown, reason: error.message), of: instance)
            return
        }
        guard observation.health == .missing, !instance.isSuspended else {
            return try await record(observation, of: instance)
        }
        try await record(observation, of: instance)
        try await revive(instance, workload, driver)
    }

    private func revive(_ instance: Instance, _ workload: Secret, _ driver: any WorkloadDriver) async throws {
        let log = context.log.with("instance", instance.id.description)
        log.warning("the workload is missing; starting it again")
        do {
            let state = try await driver.revive(workload, of: instance.id)
            let observation = try await driver.observe(state, of: instance.id)
            try await record(observation, of: instance, workload: state)
        } catch let error as DeploydError {
            log.error("the workload could not be started again", ["error": error.description])
            let reason = "it was missing and could not be started again: \(error.message)"
            try await record(WorkloadObservation(health: .missing, reason: reason), of: instance)
        }
    }

    private func record(
        _ observation: WorkloadObservation, of seen: Instance, workload: Secret? = nil
    ) async throws {
        let isNews = seen.health != observation.health || workload != nil
        guard isNews else { return }
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            guard var instance = try transaction.instance(seen.id) else { return }
            if let workload { instance.workload = workload }
            let before = instance.health
            if before != observation.health {
                instance.health = observation.health
                instance.since = moment
                try transaction.append(
                    EventDraft(
                        .healthChanged, actor: "deployd", cause: Cause(.observation, instance.id.description),
                        application: instance.id.application, environment: instance.environment,
                        target: instance.id.target, before: before.rawValue, after: observation.health.rawValue,
                        detail: observation.reason),
                    at: moment)
            }
            try transaction.update(instance)
        }
    }
}

extension Instance {
    fileprivate var isSuspended: Bool { health == .suspended }
}
