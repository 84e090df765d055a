import Core
import Model

/// Removes what somebody asked to be destroyed of what a world shares. Each part is idempotent, and what is left to do is
/// recorded in the resources themselves.
struct SharedRemoval: Sendable {
    /// Longer than any driver's own bounds.
    private static let limit = Duration.seconds(3600)

    let root: String
    let world: String
    let context: EngineContext

    /// - Returns: whether anything was left to do.
    /// - Throws: what was in the way, after it is recorded where people see it; it is tried again.
    func perform() async throws -> Bool {
        // A deployment that needs it again waits meanwhile, and makes it anew.
        try await context.sharedPlaces.place(for: root, in: world).withPlace {
            let waiting = try await waiting()
            for resource in waiting.reversed() {
                do {
                    try await remove(resource)
                } catch {
                    try Task.checkCancellation()
                    try await note(DeploydError.wrapping(error, "unexpected error").message, on: resource)
                    throw error
                }
            }
            return !waiting.isEmpty
        }
    }

    private func waiting() async throws -> [Resource] {
        let (root, world) = (root, world)
        return try await context.storage.read { reader in
            try reader.sharedResources(of: world).filter { $0.status == .deleting && $0.sharedRoot == root }
        }
    }

    private func remove(_ resource: Resource) async throws {
        let repository = context.topology.current.catalogue.repositories[resource.repository]
        guard let definition = repository?.definitions[resource.slug] else {
            throw DeploydError(
                .unavailable,
                "the resource repository '\(resource.repository)' no longer has the slug '\(resource.slug)', which says "
                    + "how it is removed; describe it again")
        }
        let removal = ResourceRemoval(context: context)
        try await Bound(limit: SharedRemoval.limit, clock: context.clock).run("removing it") {
            try await removal.perform(resource, as: definition)
        }
        let moment = context.clock.now()
        let kept = removal.kept(resource, as: definition)
        try await context.storage.write { transaction in
            guard try transaction.resource(id: resource.id)?.status == .deleting else { return }
            try transaction.removeResource(id: resource.id)
            var event = resource.sharedEvent(
                .resourceDeleted, actor: "deployd", cause: Cause(.observation, resource.id))
            if !kept.isEmpty { event.detail = "\(event.detail ?? ""); kept: \(kept.joined(separator: ", "))" }
            try transaction.append(event, at: moment)
        }
    }

    private func note(_ reason: String, on resource: Resource) async throws {
        try await context.storage.write { transaction in
            guard var current = try transaction.resource(id: resource.id), current.status == .deleting,
                current.reason != reason
            else { return }
            current.reason = reason
            try transaction.update(current)
        }
    }
}

extension Resource {
    /// That something happens to what a world shares.
    func sharedEvent(_ type: EventType, actor: String, cause: Cause?) -> EventDraft {
        EventDraft(
            type, actor: actor, cause: cause, before: "\(name) (\(slug))", detail: "shared in the world \(world)")
    }
}
