import Core
import Model

/// Does what somebody asked of an instance, once no deployment is under way. Each part is idempotent and what was asked
/// is recorded, so a server that died between effect and record does it again.
struct LifecycleWork: Sendable {
    /// Longer than any driver's own bounds.
    private static let limit = Duration.seconds(3600)

    let instance: Instance
    let context: EngineContext

    private var log: Log { context.log.with("instance", instance.id.description) }

    /// - Throws: what was in the way, after it is recorded where people see it; it is tried again.
    func perform() async throws {
        do {
            let work = self
            try await Bound(limit: LifecycleWork.limit, clock: context.clock).run(instance.lifecycle.state.rawValue) {
                try await work.change()
            }
        } catch {
            try Task.checkCancellation()
            try await note(DeploydError.wrapping(error, "unexpected error").message)
            throw error
        }
    }

    private func change() async throws {
        switch instance.lifecycle.state {
        case .stopping: try await stop()
        case .starting: try await start(.instanceStarted)
        case .restarting:
            try await suspend()
            try await start(.instanceRestarted)
        case .destroying:
            try await InstanceRemoval(instance: instance, context: context, driver: driver()).perform()
        case .running, .stopped, .destroyed: break
        }
    }

    private func stop() async throws {
        try await suspend()
        try await record(.stopped, .instanceStopped, health: .suspended)
    }

    private func suspend() async throws {
        guard let workload = instance.workload else { return }
        try await requiredDriver().suspend(workload, of: instance.identity)
    }

    /// Starts what ran before, unless another version takes its place now anyway.
    private func start(_ event: EventType) async throws {
        guard let workload = instance.workload, !isReplaced else {
            return try await record(.running, event, health: instance.workload == nil ? .unknown : .missing)
        }
        let driver = try requiredDriver()
        let obstacles = await context.preparer.obstacles(toStarting: instance)
        guard obstacles.isEmpty else {
            // Once it is there again, whatever looks after the instance starts it.
            return try await record(.running, event, health: .missing, detail: obstacles.joined(separator: "\n"))
        }
        do {
            let state = try await driver.revive(workload, of: instance.identity)
            try await record(.running, event, health: .healthy, workload: state)
        } catch let error as DeploydError where !error.code.isTransient {
            // It is said, and looked after from now on like any other that is not healthy.
            log.warning("started, and not healthy", ["error": error.description])
            try await record(.running, event, health: .degraded, detail: error.message)
        }
    }

    private var isReplaced: Bool {
        guard let desired = instance.desired, !instance.isDetached, desired != instance.deployed else { return false }
        return instance.verdict?.version != desired
    }

    private func driver() throws -> (any WorkloadDriver)? {
        guard let world = instance.world else { return nil }
        if let driver = context.workloadDriver(of: world) { return driver }
        // Where nothing was ever deployed there is nothing to remove.
        guard instance.workload != nil else { return nil }
        throw DeploydError(
            .unavailable,
            "the world '\(world)' is not described in the world files, or has no deploy: capability; describe it again")
    }

    private func requiredDriver() throws -> any WorkloadDriver {
        guard let driver = try driver() else {
            throw DeploydError(.unavailable, "nothing can be started or stopped where others deploy")
        }
        return driver
    }

    private func record(
        _ state: Lifecycle.State, _ type: EventType, health: Health? = nil, workload: Secret? = nil,
        detail: String? = nil
    ) async throws {
        let moment = context.clock.now()
        let (id, expected) = (instance.id, instance.lifecycle.state)
        try await context.storage.write { transaction in
            // Somebody may have asked for something else meanwhile; that is done next.
            guard var current = try transaction.instance(id), current.lifecycle.state == expected else { return }
            let asked = current.lifecycle
            current.lifecycle = Lifecycle(state)
            if let health { current.becomes(health, reason: detail, at: moment) }
            if let workload { current.workload = workload }
            if state == .stopped, let cleared = current.drifts([]) { try transaction.append(cleared, at: moment) }
            try transaction.update(current)
            var event = current.event(type, actor: asked.actor ?? "deployd", cause: asked.cause)
            if state == .stopped { event.before = current.deployed }
            if state == .running, current.health != .missing { event.after = current.deployed }
            event.detail = detail
            try transaction.append(event, at: moment)
        }
    }

    private func note(_ reason: String) async throws {
        let (id, expected) = (instance.id, instance.lifecycle.state)
        try await context.storage.write { transaction in
            guard var current = try transaction.instance(id), current.lifecycle.state == expected,
                current.lifecycle.reason != reason
            else { return }
            current.lifecycle.reason = reason
            try transaction.update(current)
        }
    }
}
