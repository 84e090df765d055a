import Core
public import Model

/// What people ask of the resources that worlds share.
public struct SharedResourceService: Sendable {
    private let context: EngineContext
    private let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// What destroying one would do.
    /// - Throws: `.notFound`; `.conflict` for one that is not destroyed by itself.
    public func destruction(of id: String) async throws -> SharedDestruction {
        let snapshot = context.topology.current
        return try await context.storage.read { try SharedResourceService.destruction(of: id, snapshot, $0) }
    }

    /// Records that one is to go with all that it requires, but for what its definition keeps; it is removed soon, and
    /// after a restart if the server dies.
    /// - Throws: as `destruction`; `.conflict` while it is declared or used.
    public func destroy(_ id: String, actor: String, cause: Cause?) async throws -> SharedDestruction {
        let moment = context.clock.now()
        let context = context
        let listing = try await context.storage.write { transaction in
            let listing = try SharedResourceService.destruction(of: id, context.topology.current, transaction)
            guard listing.refusals.isEmpty else {
                throw DeploydError(
                    .conflict,
                    "the shared '\(listing.resource.name)' of the world '\(listing.resource.world)' stays: "
                        + listing.refusals.joined(separator: "; "))
            }
            try listing.destruction.record(by: actor, cause: cause, in: transaction, at: moment)
            return listing
        }
        await reconcilers.sharedRemovals.wake(listing.resource.name, in: listing.resource.world)
        return listing
    }

    private static func destruction(
        of id: String, _ snapshot: TopologySnapshot, _ reader: any StorageReader
    ) throws -> SharedDestruction {
        guard let resource = try reader.resource(id: id) else {
            throw DeploydError(.notFound, "no resource '\(id)'")
        }
        guard let root = resource.sharedRoot else { throw DeploydError(.conflict, whatBelongs(resource)) }
        guard root == resource.name else {
            throw DeploydError(
                .conflict, "'\(resource.name)' is a part of the shared '\(root)' and goes with it: destroy that")
        }
        return SharedDestruction(
            of: resource, among: try reader.sharedResources(of: resource.world),
            users: try SharedUsers(reader: reader).users(of: root, in: resource.world), topology: snapshot.topology,
            catalogue: snapshot.catalogue)
    }

    private static func whatBelongs(_ resource: Resource) -> String {
        guard let instance = resource.instance else { return "" }
        guard resource.status != .retained else {
            return
                "'\(resource.name)' was kept when \(instance) was destroyed, as its definition says; deployd deletes "
                + "no such thing"
        }
        return "'\(resource.name)' belongs to \(instance) and goes with it: "
            + "`deployd destroy \(instance.application) --target \(instance.target)`"
    }
}

extension Destruction {
    /// Marks what is to go, and what stays although nobody shares it any more.
    fileprivate func record(
        by actor: String, cause: Cause?, in transaction: any StorageWriter, at moment: Timestamp
    ) throws {
        for resource in forgotten { try transaction.removeResource(id: resource.id) }
        let kept = "somebody destroyed it, and its definition keeps it; declared again, it is found again"
        let changes =
            removed.map { ($0.resource, Resource.Status.deleting, EventType.resourceDeleting, nil as String?) }
            + retained.map { ($0, .retained, .resourceRetained, kept) }
        for (found, status, event, reason) in changes where found.status != status {
            var resource = found
            resource.status = status
            resource.reason = reason
            resource.changedAt = moment
            try transaction.update(resource)
            try transaction.append(resource.sharedEvent(event, actor: actor, cause: cause), at: moment)
        }
    }
}
