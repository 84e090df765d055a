import Core
import Model

/// Setting the version that an environment holds, within one transaction: the version, its instances' `desired`, the
/// deployments that bring them there, and the history of all of it.
struct DesiredChange {
    let application: String
    let environment: String
    let version: String
    let actor: String
    let cause: Cause?
    let moment: Timestamp
    /// A person's acts under a hold.
    let way: VersionWay
    let topology: Topology

    private var isExplicit: Bool { way.isExplicit }

    /// Sets it and moves every instance at once.
    /// - Throws: as `set`.
    func apply(to transaction: any StorageWriter, expectedRevision: Int64? = nil) throws -> ChangedVersion {
        let changed = try set(in: transaction, expectedRevision: expectedRevision)
        var spread = DesiredSpread([self])
        try spread.finish(in: transaction)
        return ChangedVersion(version: changed, deployments: spread.deployments)
    }

    /// Sets the version of the environment alone; its instances are moved by a `DesiredSpread`.
    /// - Throws: `.preconditionFailed` when `expectedRevision` is no longer the version's; `.conflict` when the version is
    ///   rejected; `.forbidden` when the environment's policy does not allow it.
    func set(in transaction: any StorageWriter, expectedRevision: Int64? = nil) throws -> EnvironmentVersion {
        let current = try transaction.environmentVersion(application, environment)
        if let expectedRevision, expectedRevision != current?.revision ?? 0 {
            throw DeploydError(
                .preconditionFailed,
                "the version of \(application) in \(environment) was changed meanwhile; look at it and try again")
        }
        if !isExplicit, let hold = current?.hold {
            throw DeploydError(
                .conflict, "\(environment) is held since \(hold.since) by \(hold.actor): \(hold.reason)")
        }
        if let refusal = try refusal(in: transaction) { throw refusal }
        return try put(over: current, in: transaction)
    }

    /// Why the version may not come to the environment this way, whoever asks.
    func refusal(in reader: any StorageReader) throws -> DeploydError? {
        if let rejection = try reader.rejection(application, version) {
            return DeploydError(.conflict, rejection.sentence)
        }
        guard let application = try reader.application(application) else { return nil }
        let isChange = try reader.environmentVersion(application.name, environment)?.desired != version
        return PolicyRules(topology).refusal(
            of: version, try reader.release(application.name, version), of: application, to: environment, by: way,
            isChange: isChange)
    }

    private func put(over current: EnvironmentVersion?, in transaction: any StorageWriter) throws -> EnvironmentVersion
    {
        if let current, current.desired == version { return current }
        let changed = EnvironmentVersion(
            application: application, environment: environment, desired: version,
            revision: (current?.revision ?? 0) + 1, hold: current?.hold, changedAt: moment)
        try transaction.put(changed)
        try transaction.append(
            EventDraft(
                .versionDesired, actor: actor, cause: cause, application: application, environment: environment,
                before: current?.desired, after: version),
            at: moment)
        return changed
    }

    /// Moves up to `limit` instances behind a target.
    /// - Returns: them, as they are now and in the order of their targets, each with the deployment that brings it there.
    func move(
        after target: String, limit: Int, in transaction: any StorageWriter
    ) throws -> [(instance: Instance, deployment: Deployment?)] {
        var filter = InstanceFilter(application: application, environment: environment, includesDestroyed: true)
        filter.after = target
        filter.limit = limit
        return try transaction.instances(filter).map { found in
            let instance = try restored(found, in: transaction)
            guard !instance.isDetached, instance.lifecycle.state != .destroyed else { return (instance, nil) }
            return (instance, try move(instance, in: transaction))
        }
    }

    /// Destroyed instances come back with the next version, and have nothing of the ones before but what was retained.
    private func restored(_ instance: Instance, in transaction: any StorageWriter) throws -> Instance {
        guard instance.lifecycle.state == .destroyed, !instance.isDetached else { return instance }
        try transaction.restore(instance, desired: version, actor: actor, cause: cause, at: moment)
        return try transaction.instance(instance.id) ?? instance
    }

    private func move(_ instance: Instance, in transaction: any StorageWriter) throws -> Deployment? {
        var instance = instance
        if instance.desired != version {
            instance.desired = version
            try transaction.update(instance)
        }
        // What is stopped is brought to its version when it is started.
        guard let world = instance.world, instance.lifecycle.state == .running else { return nil }
        let unfinished = try transaction.unfinishedDeployments(of: instance.id)
        let deployment = try deployment(of: instance, in: world, unfinished, transaction)
        for var waiting in unfinished where waiting.status == .pending && waiting.version != version {
            try waiting.supersede(by: actor, cause: cause, at: moment, in: transaction)
            try transaction.update(waiting)
        }
        return deployment
    }

    /// The one that is there for the version, or a new one.
    private func deployment(
        of instance: Instance, in world: String, _ unfinished: [Deployment], _ transaction: any StorageWriter
    ) throws -> Deployment? {
        if let same = unfinished.last(where: { $0.version == version }) { return same }
        if instance.deployed == version, unfinished.allSatisfy({ $0.status == .pending }) {
            return try latest(of: instance, in: transaction)
        }
        // What failed is tried again by the reconciler when an input changed, or because somebody says so.
        if !isExplicit, let verdict = instance.verdict, verdict.version == version {
            return try transaction.deployment(verdict.deployment)
        }
        let deployment = Deployment(
            id: Identifier.make(at: moment), instance: instance.id, environment: environment, world: world,
            version: version, actor: actor, cause: cause, createdAt: moment)
        try transaction.insert(deployment)
        return deployment
    }

    /// The deployment that brought the version there, if it is among the last few.
    private func latest(of instance: Instance, in transaction: any StorageWriter) throws -> Deployment? {
        let filter = DeploymentFilter(application: application, target: instance.id.target)
        return try transaction.deployments(filter, PageRequest()).items.first { $0.version == version }
    }
}
