import Core
import Model

/// Removes an instance with all that it has, but for the resources that are to be kept.
struct InstanceRemoval: Sendable {
    let instance: Instance
    let context: EngineContext
    /// nil: nothing was ever deployed there, or others deploy.
    let driver: (any WorkloadDriver)?

    /// First what runs, then what it used; a part that is done is not found again.
    func perform() async throws {
        try await driver?.destroy(instance.identity, workload: instance.workload)
        let id = instance.id
        let resources = try await context.storage.read { try $0.resources(of: id) }
        let destruction = Destruction(of: resources, catalogue: context.topology.current.catalogue)
        for removal in destruction.removed { try await remove(removal) }
        try await finish(destruction)
    }

    private func remove(_ removal: Destruction.Removal) async throws {
        let resource = removal.resource
        let kept = ResourceRemoval(context: context).kept(resource, of: instance.identity, as: removal.definition)
        try await ResourceRemoval(context: context).perform(
            resource, of: instance.identity, as: removal.definition)
        let moment = context.clock.now()
        let instance = instance
        try await context.storage.write { transaction in
            guard try transaction.resource(id: resource.id) != nil else { return }
            try transaction.removeResource(id: resource.id)
            var event = instance.removalEvent(.resourceDeleted)
            event.before = "\(resource.name) (\(resource.slug))"
            event.detail = kept.isEmpty ? nil : "kept: \(kept.joined(separator: ", "))"
            try transaction.append(event, at: moment)
        }
    }

    private func finish(_ destruction: Destruction) async throws {
        let moment = context.clock.now()
        let id = instance.id
        try await context.storage.write { transaction in
            guard let current = try transaction.instance(id), current.lifecycle.state == .destroying else { return }
            for resource in destruction.forgotten { try transaction.removeResource(id: resource.id) }
            for var resource in destruction.retained {
                resource.status = .retained
                resource.reason = "\(id) was destroyed; an instance of this name that requires it finds it again"
                resource.changedAt = moment
                try transaction.update(resource)
            }
            try transaction.removePorts(of: id)
            try transaction.removeBeforeDeployRuns(on: id)
            try transaction.bury(current, retained: destruction.retained, at: moment)
        }
    }
}

extension StorageWriter {
    /// Leaves of an instance that it was there. A version that was set while it went brings it back at once.
    fileprivate func bury(_ instance: Instance, retained: [Resource], at moment: Timestamp) throws {
        var event = instance.removalEvent(.instanceDestroyed)
        event.before = instance.deployed
        if !retained.isEmpty {
            event.detail = "kept: " + retained.map { "\($0.name) (\($0.slug))" }.joined(separator: ", ")
        }
        try append(event, at: moment)
        let gone = Instance(
            id: instance.id, identity: instance.identity, environment: instance.environment, world: instance.world,
            since: moment,
            detachment: instance.detachment, lifecycle: Lifecycle(.destroyed), createdAt: instance.createdAt)
        try update(gone)
        guard let desired = instance.desired, !instance.isDetached else { return }
        try restore(gone, desired: desired, actor: "deployd", cause: instance.lifecycle.cause, at: moment)
    }

    /// Makes a destroyed instance anew.
    func restore(_ gone: Instance, desired: String, actor: String, cause: Cause?, at moment: Timestamp) throws {
        let instance = gone.anew(desired: desired, at: moment)
        try update(instance)
        try append(instance.event(.instanceCreated, actor: actor, cause: cause), at: moment)
    }
}

extension Instance {
    func event(_ type: EventType, actor: String, cause: Cause?) -> EventDraft {
        EventDraft(
            type, actor: actor, cause: cause, application: id.application, environment: environment,
            target: id.target)
    }

    /// By whoever asked for what happens.
    fileprivate func removalEvent(_ type: EventType) -> EventDraft {
        event(type, actor: lifecycle.actor ?? "deployd", cause: lifecycle.cause)
    }
}
