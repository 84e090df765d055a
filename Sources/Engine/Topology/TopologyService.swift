import Core
import Model

/// Takes over newly read worlds and resource repositories.
///
/// What runs is not touched: applications get instances on new targets, those on targets that are gone are detached, and
/// changed definitions act at the next deployment.
public struct TopologyService: Sendable {
    private let context: EngineContext
    private let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// Aligns every application with the topology that is held now; after a start.
    public func align() async throws { try await align(with: context.topology.current, events: []) }

    /// - Returns: whether anything differs from what was held.
    @discardableResult
    public func adopt(_ snapshot: TopologySnapshot) async throws -> Bool {
        let before = context.topology.current
        guard before.topology != snapshot.topology || before.catalogue != snapshot.catalogue else { return false }
        let changed = TopologyService.changedWorlds(before.topology, snapshot.topology)
        do {
            try await align(with: snapshot, events: changed)
        } catch {
            context.topology.replace(with: before)
            throw error
        }
        for instance in try await instances() { await reconcilers.wake(instance) }
        return true
    }

    /// The snapshot is taken over within the transaction, so that what is written later is never aligned with the old one.
    private func align(with snapshot: TopologySnapshot, events: [EventDraft]) async throws {
        let moment = context.clock.now()
        let holder = context.topology
        let alignment = ApplicationAlignment(
            topology: snapshot.topology, actor: "deployd", cause: Cause(.observation, "world files"), moment: moment)
        try await context.storage.write { transaction in
            for event in events { try transaction.append(event, at: moment) }
            var cursor: String?
            repeat {
                let page = try transaction.applications(
                    PageRequest(limit: PageRequest.maximumLimit, after: cursor))
                for application in page.items { try alignment.align(application, in: transaction) }
                cursor = page.next
            } while cursor != nil
            holder.replace(with: snapshot)
        }
    }

    private func instances() async throws -> [InstanceID] {
        try await context.storage.read { try $0.instances(InstanceFilter()) }.filter { $0.world != nil }.map(\.id)
    }

    private static func changedWorlds(_ before: Topology, _ after: Topology) -> [EventDraft] {
        let names = Set(before.worlds.keys).union(after.worlds.keys).sorted()
        return names.filter { before.worlds[$0] != after.worlds[$0] }.map { name in
            let what =
                before.worlds[name] == nil ? "added" : after.worlds[name] == nil ? "no longer described" : "changed"
            return EventDraft(
                .worldChanged, actor: "deployd", cause: Cause(.observation, "world files"),
                detail: "world \(name): \(what)")
        }
    }
}
