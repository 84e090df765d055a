import Core
import Model

/// Keeps a deployment pending until the applications that its service requires can be used. It holds no place in its
/// world meanwhile, so that what it waits for finds one.
struct ApplicationWait {
    /// How long; counted anew when the server starts.
    static let limit = Duration.seconds(1800)

    enum Outcome {
        case ready, waits
        /// It waited in vain, and has failed.
        case ended
    }

    let context: EngineContext
    let reconcilers: Reconcilers

    func look(at deployment: Deployment) async throws -> Outcome {
        while true {
            guard let prepared = try await prepared(deployment) else { return await ready(deployment) }
            let obstacles = prepared.applications.filter { $0.obstacle != nil }
            guard !obstacles.isEmpty else { return await ready(deployment) }
            let moment = context.clock.steady()
            let (since, isNew) = await reconcilers.waits(
                deployment, for: Set(obstacles.map(\.instance)), at: moment)
            // What became of them in the moment before it was known that somebody waits woke nobody.
            if isNew { continue }
            guard moment - since < ApplicationWait.limit else {
                return try await end(deployment, prepared, obstacles)
            }
            try await note("waits for " + ApplicationWait.text(obstacles), on: deployment)
            return .waits
        }
    }

    /// nil: there is nothing to wait for, or what stands against it is said by its steps.
    private func prepared(_ deployment: Deployment) async throws -> PreparedDeployment? {
        guard deployment.status == .pending, !deployment.isRestart else { return nil }
        let id = deployment.instance
        let file = try await context.storage.read { reader in
            try ApplicationStates(environment: deployment.environment, reader: reader)
                .file(of: id.application, version: deployment.version)
        }
        guard file?.applications.isEmpty == false else { return nil }
        do {
            let prepared = try await context.preparer.prepare(deployment)
            return prepared.isInPlace || prepared.refusal != nil ? nil : prepared
        } catch let error as DeploydError where !error.code.isTransient {
            return nil
        }
    }

    private func ready(_ deployment: Deployment) async -> Outcome {
        await reconcilers.stopsWaiting(deployment.instance)
        return .ready
    }

    private func end(
        _ deployment: Deployment, _ prepared: PreparedDeployment, _ obstacles: [ApplicationNeed]
    ) async throws -> Outcome {
        let missing = obstacles.filter { $0.obstacle?.isOrderOnly == false }
        // A new version of what is there all the same is waited for no longer.
        guard !missing.isEmpty else { return await ready(deployment) }
        await reconcilers.stopsWaiting(deployment.instance)
        let reason =
            "waited \(ApplicationWait.limit.components.seconds / 60) minutes for \(ApplicationWait.text(missing)); "
            + "once that is healthy: `deployd apply \(deployment.instance.application) "
            + "--environment \(deployment.environment)`"
        let recorder = DeploymentRecorder(deployment: deployment, context: context)
        do {
            try await recorder.fail(reason: reason, inputs: prepared.plan.inputs, at: context.clock.now())
        } catch is EndedElsewhere {
            // Cancelled or superseded in the same moment.
        }
        context.logs.append(["failed: \(reason)"], to: deployment.id)
        return .ended
    }

    private func note(_ reason: String, on deployment: Deployment) async throws {
        guard deployment.reason != reason else { return }
        let isNews = try await context.storage.write { transaction in
            guard var current = try transaction.deployment(deployment.id), current.status == .pending,
                current.reason != reason
            else { return false }
            current.reason = reason
            try transaction.update(current)
            return true
        }
        if isNews { context.logs.append([reason], to: deployment.id) }
    }

    private static func text(_ needs: [ApplicationNeed]) -> String {
        needs.map { need in
            "the application \(need.application) on \(need.instance.target) (requires.\(need.name)), "
                + (need.obstacle?.reason ?? "")
        }.joined(separator: "; and for ")
    }
}
