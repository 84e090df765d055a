import Core
public import Model

/// What deployments would do, and deploying again with today's inputs.
public struct PlanService: Sendable {
    private let context: EngineContext
    private let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// Changes nothing.
    /// - Parameter version: nil: the one that the environment should have.
    /// - Throws: `.notFound` when the application has no such environment, version or release.
    public func plan(application: String, environment: String, version: String?) async throws -> EnvironmentPlan {
        let (chosen, instances) = try await choice(application, environment, version)
        var plans: [InstancePlan] = []
        for instance in instances {
            guard let plan = try await context.preparer.plan(of: chosen, on: instance) else { continue }
            plans.append(plan)
        }
        return EnvironmentPlan(
            application: application, environment: environment, version: chosen, instances: plans)
    }

    /// A plan with what drivers find of it.
    public struct PreviewedPlan: Sendable {
        public let plan: EnvironmentPlan
        public let previews: [InstanceID: WorkloadPreview]
    }

    /// The same, and what it would change in each world, as far as that is told.
    /// - Throws: as `plan`.
    public func preview(application: String, environment: String, version: String?) async throws -> PreviewedPlan {
        let (chosen, instances) = try await choice(application, environment, version)
        let context = context
        let found = try await withThrowingTaskGroup(of: (PreparedDeployment, WorkloadPreview?)?.self) { group in
            for instance in instances {
                group.addTask {
                    let driver = instance.world.flatMap { context.workloadDriver(of: $0) }
                    // Only what is shown is redacted.
                    let prepared = try await context.preparer.prepare(
                        chosen, on: instance, isPerformed: driver?.isPreviewed == true)
                    guard let prepared else { return nil }
                    return (prepared, await DeploymentPreview(prepared: prepared, context: context).perform())
                }
            }
            var found: [(PreparedDeployment, WorkloadPreview?)] = []
            for try await one in group { if let one { found.append(one) } }
            return found
        }
        var previews: [InstanceID: WorkloadPreview] = [:]
        for (prepared, preview) in found { previews[prepared.instance.id] = preview }
        return PreviewedPlan(
            plan: EnvironmentPlan(
                application: application, environment: environment, version: chosen,
                instances: found.map(\.0.plan).sorted { $0.instance < $1.instance }), previews: previews)
    }

    private func choice(
        _ application: String, _ environment: String, _ version: String?
    ) async throws -> (version: String, instances: [Instance]) {
        let place = place(application, environment)
        return try await context.storage.read { reader in
            try place.check(in: reader)
            let version = try version ?? place.desired(in: reader)
            try place.checkRelease(of: version, in: reader)
            return (version, try place.deployable(in: reader))
        }
    }

    /// Deploys a version with today's inputs, also where it runs already with others; the environment's version becomes
    /// it.
    /// - Parameters:
    ///   - version: nil: the one that the environment should have.
    ///   - digest: of the plan that was looked at; nil: whatever it is now.
    /// - Returns: one deployment for each instance.
    /// - Throws: `.preconditionFailed` when the plan is another by now; `.conflict` when nothing can be deployed.
    public func deploy(
        application: String, environment: String, version: String?, digest: String?, actor: String, cause: Cause?
    ) async throws -> [Deployment] {
        let plan = try await plan(application: application, environment: environment, version: version)
        if let digest, digest != plan.digest {
            throw DeploydError(
                .preconditionFailed, "the plan is another by now (\(plan.digest)); look at it and try again")
        }
        let place = place(application, environment)
        let deployments = try await context.storage.write { transaction in
            try place.check(in: transaction)
            _ = try place.change(to: plan.version, .deployment, actor: actor, cause: cause).apply(to: transaction)
            return try place.deployable(in: transaction).compactMap { instance in
                try place.deployment(of: plan.version, on: instance, actor: actor, cause: cause, in: transaction)
            }
        }
        guard !deployments.isEmpty else {
            throw DeploydError(
                .conflict, "no instance of \(application) in \(environment) can be deployed to now: are they stopped?")
        }
        for deployment in deployments { await reconcilers.wake(deployment.instance) }
        return deployments
    }

    /// Whether what an instance has would be deployed with something else now; nil when nothing is deployed there, or it
    /// cannot be planned.
    public func isOutdated(_ instance: Instance) async -> Bool? {
        guard let deployed = instance.deployed, let inputs = instance.inputs else { return nil }
        guard let plan = try? await context.preparer.plan(of: deployed, on: instance) else { return nil }
        return plan.inputs != inputs
    }

    private func place(_ application: String, _ environment: String) -> VersionPlace {
        VersionPlace(
            application: application, environment: environment, moment: context.clock.now(), topology: context.topology)
    }
}

extension VersionPlace {
    /// - Throws: `.notFound` when the environment has no version.
    fileprivate func desired(in reader: any StorageReader) throws -> String {
        guard let desired = try reader.environmentVersion(application, environment)?.desired else {
            throw DeploydError(.notFound, "\(application) has no version in \(environment) yet; name one")
        }
        return desired
    }

    /// The instances that deployd deploys to.
    fileprivate func deployable(in reader: any StorageReader) throws -> [Instance] {
        try reader.instances(InstanceFilter(application: application, environment: environment))
            .filter { $0.world != nil && !$0.isDetached }
    }

    /// The one that waits for the version or runs, or a new one; nil while the instance is not to run.
    fileprivate func deployment(
        of version: String, on instance: Instance, actor: String, cause: Cause?, in transaction: any StorageWriter
    ) throws -> Deployment? {
        guard let world = instance.world, instance.wanted == version else { return nil }
        let unfinished = try transaction.unfinishedDeployments(of: instance.id)
        // What runs already may have been planned with what was so before.
        if let waiting = unfinished.last(where: { $0.version == version && $0.status == .pending && !$0.isRestart }) {
            return waiting
        }
        let deployment = Deployment(
            id: Identifier.make(at: moment), instance: instance.id, environment: environment, world: world,
            version: version, actor: actor, cause: cause, createdAt: moment)
        try transaction.insert(deployment)
        return deployment
    }
}
