import Core
public import Model

/// What people do with single deployments.
public struct DeploymentService: Sendable {
    private let context: EngineContext
    private let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// Tries a deployment's version again, whatever the verdict on it was.
    /// - Returns: the new deployment.
    /// - Throws: `.notFound`; `.conflict` when it has not ended, or its version is no longer the desired one.
    public func retry(_ id: String, actor: String, cause: Cause?) async throws -> Deployment {
        let moment = context.clock.now()
        let created = try await context.storage.write { transaction in
            let old = try DeploymentService.require(id, in: transaction)
            guard old.status.isFinal else {
                throw DeploydError(
                    .conflict, "deployment \(id) is \(old.status.rawValue); only an ended one is retried")
            }
            guard let instance = try transaction.instance(old.instance), let world = instance.world else {
                throw DeploydError(.notFound, "\(old.instance) is gone, so nothing can be deployed there")
            }
            guard instance.lifecycle.state == .running else {
                throw DeploydError(
                    .conflict,
                    "\(old.instance) is \(instance.lifecycle.state.rawValue); nothing is deployed there until "
                        + "`deployd start \(old.instance.application) --target \(old.instance.target)`")
            }
            guard instance.wanted == old.version else {
                throw DeploydError(
                    .conflict,
                    "\(old.version) is no longer the version wanted on \(old.instance.target); use `deployd set-version`"
                )
            }
            if let rejection = try transaction.rejection(old.instance.application, old.version) {
                throw DeploydError(.conflict, rejection.sentence)
            }
            guard try transaction.unfinishedDeployments(of: old.instance).isEmpty else {
                throw DeploydError(.conflict, "a deployment of \(old.instance) is under way already")
            }
            let deployment = Deployment(
                id: Identifier.make(at: moment), instance: old.instance, environment: instance.environment,
                world: world, version: old.version, actor: actor, cause: cause, createdAt: moment)
            try transaction.insert(deployment)
            return deployment
        }
        await reconcilers.wake(created.instance)
        return created
    }

    /// Cancels a deployment that waits, or has not reached its workload step. Its version is not tried again by itself.
    /// - Throws: `.notFound`; `.conflict` when it cannot be cancelled any more.
    public func cancel(_ id: String, actor: String, cause: Cause? = nil) async throws {
        let deployment = try await context.storage.read { try DeploymentService.require(id, in: $0) }
        guard !deployment.status.isFinal else {
            throw DeploydError(.conflict, "deployment \(id) has ended: \(deployment.status.rawValue)")
        }
        if await reconcilers.cancel(id, of: deployment.instance, by: actor, cause: cause) { return }
        let inputs = await context.preparer.inputs(of: deployment)
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            var current = try DeploymentService.require(id, in: transaction)
            guard !current.status.isFinal else {
                throw DeploydError(.conflict, "deployment \(id) has ended: \(current.status.rawValue)")
            }
            guard current.status == .pending else {
                throw DeploydError(
                    .conflict,
                    current.isPastInterrupts
                        ? "deployment \(id) has reached its workload step and can no longer be cancelled"
                        : "deployment \(id) is being taken up again after a restart; try again in a moment")
            }
            try current.end(
                .cancelled, reason: "cancelled by \(actor)", actor: actor, cause: cause, at: moment, in: transaction)
            try transaction.update(current)
            guard var instance = try transaction.instance(current.instance) else { return }
            instance.refuse(current, inputs: inputs)
            try transaction.update(instance)
        }
        await reconcilers.wake(deployment.instance)
    }

    private static func require(_ id: String, in reader: any StorageReader) throws -> Deployment {
        guard let deployment = try reader.deployment(id) else {
            throw DeploydError(.notFound, "no deployment '\(id)'")
        }
        return deployment
    }
}
