import Core
public import Model

/// Takes over newly read worlds and resource repositories, and what the API changes beside them.
///
/// What runs is not touched: applications get instances on new targets, those on targets that are gone are detached, and
/// changed definitions act at the next deployment.
public struct TopologyService: Sendable {
    private static let files = Cause(.observation, "world files")

    private let context: EngineContext
    private let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// Aligns every application with the topology that is held now; after a start.
    /// - Throws: `.invalid` where that would detach what runs, only because a target has another default name.
    public func align() async throws {
        let holder = context.topology
        let actor = TopologyActor(name: "deployd", cause: TopologyService.files, moment: context.clock.now())
        try await holder.turn.withPlace {
            let current = holder.current
            try await context.storage.write { transaction in
                let renamed = try RenamedTargets.problems(current.topology, over: nil, in: transaction)
                guard renamed.isEmpty else {
                    throw DeploydError(.invalid, renamed.map(\.description).joined(separator: "\n"))
                }
                _ = try actor.align(with: current.topology, in: transaction)
            }
        }
    }

    /// Takes over what was read, all of it or nothing.
    /// - Returns: whether anything differs from what was held.
    /// - Throws: `ReloadRefusal` where it contradicts what the API made, or would detach what runs only because a target has
    ///   another default name.
    @discardableResult
    public func adopt(_ read: TopologySnapshot) async throws -> Bool {
        let holder = context.topology
        let moment = context.clock.now()
        let actor = TopologyActor(name: "deployd", cause: TopologyService.files, moment: moment)
        let isChanged = try await holder.turn.withPlace {
            let before = holder.current
            let next = read.replacing(objects: before.objects)
            guard next.problems.isEmpty else { throw ReloadRefusal(problems: next.problems) }
            let isChanged = before.topology != next.topology || before.catalogue != next.catalogue
            if isChanged {
                try await actor.replace(before, with: next, in: context) { _ in }
            } else {
                // Only the places where it is written.
                holder.replace(with: next)
            }
            holder.note(ReloadReport(at: moment))
            return isChanged
        }
        guard isChanged else { return false }
        for instance in try await instances() { await reconcilers.wake(instance) }
        return true
    }

    /// What was read has errors; what is held stays.
    /// - Returns: whether that is news: it may be read again and again, with the same errors.
    @discardableResult
    public func refuse(_ problems: [TopologyProblem]) -> Bool {
        let before = context.topology.report.flatMap { $0.hasFailed ? $0 : nil }
        context.topology.note(ReloadReport(at: before?.at ?? context.clock.now(), problems: problems))
        return before?.problems != problems
    }

    /// Changes what the API made.
    /// - Parameter body: may run more than once, if the first run was rolled back.
    /// - Returns: what `body` returned, and what is in force now.
    func change<Value: Sendable>(
        by name: String, cause: Cause?,
        _ body: @escaping @Sendable (inout ObjectDraft, any StorageReader) throws -> Value
    ) async throws -> (value: Value, topology: Topology) {
        let holder = context.topology
        let actor = TopologyActor(name: name, cause: cause, moment: context.clock.now())
        let (value, topology, instances) = try await holder.turn.withPlace {
            let before = holder.current
            let planned = try await context.storage.read { reader in
                var draft = ObjectDraft(before, moment: actor.moment)
                let value = try body(&draft, reader)
                return (value, draft)
            }
            let (value, draft) = planned
            let next = try draft.result()
            let instances = try await ReloadRefusal.asConflict {
                try await actor.replace(before, with: next, in: context) { transaction in
                    for id in draft.changed.sorted(by: { $0.name < $1.name }) {
                        if let object = next.objects[id] {
                            try transaction.put(object)
                        } else {
                            try transaction.remove(id)
                        }
                    }
                }
            }
            if !draft.changed.isEmpty { holder.noteChange() }
            return (value, next.topology, instances)
        }
        for instance in instances { await reconcilers.wake(instance) }
        return (value, topology)
    }

    private func instances() async throws -> [InstanceID] {
        try await context.storage.read { try $0.instances(InstanceFilter()) }.filter { $0.world != nil }.map(\.id)
    }
}

/// Who changes a topology, and when.
private struct TopologyActor: Sendable {
    let name: String
    let cause: Cause?
    let moment: Timestamp

    /// Puts `next` into force: within the transaction, so that what is written later is never aligned with the old one.
    /// - Returns: the instances that are new or changed.
    @discardableResult
    func replace(
        _ before: TopologySnapshot, with next: TopologySnapshot, in context: EngineContext,
        _ write: @escaping @Sendable (any StorageWriter) throws -> Void
    ) async throws -> [InstanceID] {
        let holder = context.topology
        let actor = self
        let events = TopologyEvents(before: before.topology, after: next.topology, actor: name, cause: cause).drafts
        do {
            return try await context.storage.write { transaction in
                try write(transaction)
                try OwnTargets.check(next.topology, over: before.topology, in: transaction)
                let renamed = try RenamedTargets.problems(next.topology, over: before.topology, in: transaction)
                guard renamed.isEmpty else { throw ReloadRefusal(problems: renamed) }
                for event in events { try transaction.append(event, at: actor.moment) }
                let changed = try actor.align(with: next.topology, in: transaction)
                holder.replace(with: next)
                return changed
            }
        } catch {
            holder.replace(with: before)
            throw error
        }
    }

    func align(with topology: Topology, in transaction: any StorageWriter) throws -> [InstanceID] {
        let alignment = ApplicationAlignment(topology: topology, actor: name, cause: cause, moment: moment)
        var changed: [InstanceID] = []
        var cursor: String?
        repeat {
            let page = try transaction.applications(PageRequest(limit: PageRequest.maximumLimit, after: cursor))
            for application in page.items { changed += try alignment.align(application, in: transaction) }
            cursor = page.next
        } while cursor != nil
        return changed
    }
}
