import Client
import Engine
import Model

extension Wire.Health {
    init(_ health: Health) {
        switch health {
        case .healthy: self = .healthy
        case .progressing: self = .progressing
        case .degraded: self = .degraded
        case .missing: self = .missing
        case .unknown: self = .unknown
        case .suspended: self = .suspended
        }
    }
}

extension Health {
    init(_ health: Wire.Health) {
        switch health {
        case .healthy: self = .healthy
        case .progressing: self = .progressing
        case .degraded: self = .degraded
        case .missing: self = .missing
        case .unknown: self = .unknown
        case .suspended: self = .suspended
        }
    }
}

extension Wire.Instance {
    init(_ labelled: LabelledInstance) { self.init(labelled.instance, labels: labelled.labels) }

    init(_ instance: Instance, labels: [String: String]) {
        self.init(
            application: instance.id.application, target: instance.id.target, environment: instance.environment,
            world: instance.world, labels: labels,
            version: Version(desired: instance.desired, deployed: instance.deployed),
            health: Wire.Health(instance.health), healthReason: instance.healthReason,
            replicas: instance.replicas.map { Replicas(healthy: $0.healthy, total: $0.total) },
            drift: instance.drift.map { Drift(object: $0.object, field: $0.field, manager: $0.manager) },
            since: instance.since,
            entrypoints: instance.entrypoints.mapValues(Entrypoint.init(url:)), detached: instance.isDetached,
            detachedReason: instance.detachment,
            failedDeployment: instance.verdict.flatMap { $0.version == instance.desired ? $0.deployment : nil },
            lifecycle: Lifecycle(instance.lifecycle.state), lifecycleReason: instance.lifecycle.reason)
    }
}

extension Wire.Instance.Lifecycle {
    init(_ state: Model.Lifecycle.State) {
        switch state {
        case .running: self = .running
        case .stopping: self = .stopping
        case .stopped: self = .stopped
        case .starting: self = .starting
        case .restarting: self = .restarting
        case .destroying, .destroyed: self = .destroying
        }
    }
}

extension Wire.Destruction {
    init(_ listing: InstanceService.DestructionListing) {
        let (instance, destruction) = (listing.instance, listing.destruction)
        self.init(
            application: instance.id.application, target: instance.id.target, environment: instance.environment,
            version: instance.deployed,
            entrypoints: instance.entrypoints.mapValues(Wire.Instance.Entrypoint.init(url:)),
            objects: listing.belongings, note: listing.note,
            removed: destruction.removed.map { Wire.Resource($0.resource) },
            retained: destruction.retained.map(Wire.Resource.init),
            requiredBy: listing.dependents.map {
                Dependent(application: $0.instance.application, target: $0.instance.target, name: $0.name)
            })
    }
}

extension Wire.TargetVersion {
    init(_ instance: Instance) {
        self.init(
            desired: instance.desired, deployed: instance.deployed, health: Wire.Health(instance.health),
            since: instance.deployed == nil ? nil : instance.since)
    }
}

extension Wire.Hold {
    init(_ hold: EnvironmentVersion.Hold) {
        self.init(reason: hold.reason, actor: hold.actor, since: hold.since)
    }
}

extension Wire.Rejection {
    init(_ rejection: Rejection) {
        self.init(reason: rejection.reason, actor: rejection.actor, since: rejection.since)
    }
}

extension Wire.EnvironmentVersion {
    init(_ change: ChangedVersion) {
        self.init(change.version)
        deployments = change.deployments.filter { !$0.status.isFinal }.map(\.id)
    }

    init(_ version: EnvironmentVersion) {
        self.init(
            application: version.application, environment: version.environment, desired: version.desired,
            revision: version.revision, hold: version.hold.map(Wire.Hold.init), changedAt: version.changedAt)
    }
}

extension Wire.Application {
    init(
        _ application: Application, instances: [Instance], versions: [EnvironmentVersion], rejections: [Rejection],
        in topology: Topology
    ) {
        let labelled = instances.map { instance in
            let labels = topology.labels(of: instance, application: application.labels)
            return (instance.id.target, Wire.Instance(instance, labels: labels))
        }
        let holds = versions.compactMap { version in
            version.hold.map { (version.environment, Wire.Hold($0)) }
        }
        self.init(
            name: application.name, description: application.description, url: application.url ?? "",
            labels: application.labels,
            owner: application.owner.map { Owner(repository: $0.repository, path: $0.path) },
            environmentSets: application.settings.environmentSets,
            environments: application.settings.environments.map { name in
                let own = application.settings.targets.filter { $0.environment == name }
                return Wire.Environment(name: name, targets: own.map { .init(name: $0.name, world: $0.world) })
            },
            targets: Dictionary(labelled, uniquingKeysWith: { first, _ in first }),
            holds: Dictionary(holds, uniquingKeysWith: { first, _ in first }),
            rejections: Dictionary(
                rejections.map { ($0.version, Wire.Rejection($0)) }, uniquingKeysWith: { first, _ in first }),
            detachedReason: application.detachment, createdAt: application.createdAt)
    }
}

extension Wire.Release {
    init(_ release: Release, rejected: Rejection?) {
        var repository: String?
        if case .commit(let name, _) = release.source { repository = name }
        self.init(
            application: release.application, version: release.version, commit: release.commit, repository: repository,
            reference: release.reference, path: release.path, clean: release.isClean, createdAt: release.createdAt,
            image: release.image.map { .init(name: $0.name, digest: $0.digest, movedTo: release.imageMovedTo) },
            rejected: rejected.map(Wire.Rejection.init))
    }
}
