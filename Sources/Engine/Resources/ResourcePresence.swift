import Core
import Model

/// Whether what was made is still there: a backup does not hold what services keep, and people remove directories.
struct ResourcePresence: Sendable {
    /// Asking must not keep a deployment.
    private static let limit = Duration.seconds(60)

    let context: EngineContext

    /// Why a resource is not there any more; nil: it is, or that cannot be told.
    func absence(of resource: Resource) async -> String? {
        let definitions = context.topology.current.catalogue.repositories[resource.repository]?.definitions
        guard resource.isExpected, let definition = definitions?[resource.slug],
            let driver = context.resourceDriver(definition.capability, in: resource.world)
        else { return nil }
        do {
            let owner = try await context.storage.read { reader in
                try resource.instance.flatMap { try reader.instance($0)?.identity }
            }
            let request = ResourceRequest(
                id: resource.id, instance: owner, name: resource.name, slug: resource.slug,
                template: definition.template, values: [:], state: resource.state)
            return try await Bound(limit: ResourcePresence.limit, clock: context.clock).run("looking for it") {
                try await driver.absence(of: request)
            }
        } catch {
            context.log.warning(
                "whether a resource is there cannot be told", ["resource": resource.id, "error": "\(error)"])
            return nil
        }
    }

    /// Looks for a resource, and records what is found where that is news.
    func look(for resource: Resource) async throws {
        guard resource.status == .ready || resource.status == .missing else { return }
        let absence = await absence(of: resource)
        guard absence != resource.reason || (absence != nil) != (resource.status == .missing) else { return }
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            // Whoever changed it meanwhile knows better.
            guard var current = try transaction.resource(id: resource.id), current == resource else { return }
            current.status = absence == nil ? .ready : .missing
            current.reason = absence
            guard current != resource else { return }
            current.changedAt = moment
            try transaction.update(current)
            guard current.status != resource.status else { return }
            try transaction.append(
                try current.event(
                    absence == nil ? .resourceFound : .resourceMissing, actor: "deployd",
                    cause: Cause(.observation, resource.id), detail: absence, in: transaction),
                at: moment)
        }
    }
}

extension Resource {
    /// Of what happened to it, wherever it belongs.
    func event(
        _ type: EventType, actor: String, cause: Cause?, detail: String? = nil, in reader: any StorageReader
    ) throws -> EventDraft {
        EventDraft(
            type, actor: actor, cause: cause, application: instance?.application,
            environment: try instance.flatMap { try reader.instance($0)?.environment }, target: instance?.target,
            after: "\(name) (\(slug))", detail: detail)
    }
}
