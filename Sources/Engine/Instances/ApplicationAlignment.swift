import Core
import Model

/// Gives an application an instance on every target of its environments, within one transaction.
struct ApplicationAlignment {
    let topology: Topology
    let actor: String
    let cause: Cause?
    let moment: Timestamp

    /// - Returns: the instances that are new or changed.
    @discardableResult
    func align(_ application: Application, in transaction: any StorageWriter) throws -> [InstanceID] {
        let places = ApplicationPlaces(of: application, in: topology)
        let versions = try transaction.environmentVersions(of: application.name)
        let alignment = InstanceAlignment(
            application: application.name, placements: places.placements,
            existing: try transaction.instances(InstanceFilter(application: application.name, includesDestroyed: true)),
            desired: Dictionary(
                versions.compactMap { version in version.desired.map { (version.environment, $0) } },
                uniquingKeysWith: { _, last in last }),
            at: moment, absence: places.absence)
        for instance in alignment.created {
            try transaction.insert(instance)
            try transaction.append(event(.instanceCreated, of: instance), at: moment)
        }
        for instance in alignment.changed {
            let before = try transaction.instance(instance.id)
            try transaction.update(instance)
            if let before, before.isDetached != instance.isDetached {
                let type: EventType = instance.isDetached ? .instanceDetached : .instanceAttached
                var event = event(type, of: instance)
                event.detail = instance.detachment
                try transaction.append(event, at: moment)
            }
        }
        return (alignment.created + alignment.changed).map(\.id)
    }

    private func event(_ type: EventType, of instance: Instance) -> EventDraft {
        EventDraft(
            type, actor: actor, cause: cause, application: instance.id.application, environment: instance.environment,
            target: instance.id.target)
    }
}
