import Core
import Model

/// A push to a registered repository: fetched, read at the commit, released, set where the default branch's head says.
///
/// The payload only says where to look. What the ref names now decides the version: a push that a newer one has
/// overtaken makes its release, and the newer one is what runs, whichever delivery comes first and even if one is lost.
struct PushIntake: Sendable {
    /// How often a branch that shows the commit before the push is fetched again before it is believed.
    static let staleTries = 4

    let context: EngineContext
    let delivery: Delivery
    let push: RepositoryEvent.Push
    let turn: SourceTurn

    /// A verdict on what a ref was seen to name.
    struct Verdict: Error {
        let error: DeploydError
        let note: ReferenceNote
        /// nil: nothing was seen of it.
        let commit: String?
    }

    func process() async throws -> IntakeOutcome {
        guard let reference = PushedReference(push.reference) else {
            return try await end(.ignored, "\(push.reference) is neither a branch nor a tag")
        }
        guard let pushed = push.after else {
            return try await end(.ignored, "\(push.reference) was deleted")
        }
        let source = try await source(reference)
        let note = ReferenceNote(repository: source.repository.id, name: push.reference, delivery: delivery)
        if let reason = source.reasonToIgnore(context) {
            return try await end(.ignored, reason, noting: (note, pushed))
        }
        let head = try await source.fetch()
        CrashPoint.fetched.pass()
        // What a tag's delivery names may be the tag itself; a tag that was moved is found out when it is released.
        let isOvertaken = pushed != head && !source.isTag
        let earlier = try await context.storage.read { try note.earlier(at: head, in: $0) }
        // A sweep made a delivery before the webhook came, or the webhook came before that was processed.
        if let earlier, !isOvertaken, earlier.isOfSweep || delivery.isOfSweep {
            return try await end(
                .processed, "\(push.reference) at \(head) was processed already, with the delivery \(earlier.id)",
                noting: (note, head))
        }
        do {
            guard isOvertaken else { return try await make(try await releases(source).batch(at: head), head, note) }
            return try await overtake(pushed, by: head, isKnown: earlier != nil, source, note)
        } catch let error as DeploydError where !error.code.isTransient {
            throw Verdict(error: error, note: note, commit: isOvertaken && delivery.wait != nil ? nil : head)
        }
    }

    private func releases(_ source: PushedSource) -> PushedReleases {
        PushedReleases(context: context, source: source, push: push, delivery: delivery)
    }

    /// - Parameter isKnown: whether what the ref names now took effect already; then it is not set again.
    private func overtake(
        _ pushed: String, by head: String, isKnown: Bool, _ source: PushedSource, _ note: ReferenceNote
    ) async throws -> IntakeOutcome {
        if head == push.before, delivery.attempts < PushIntake.staleTries {
            throw DeploydError(.unavailable, "\(push.reference) is still at \(head) where it is fetched from")
        }
        let releases = releases(source)
        var batch = try await delivery.wait == nil ? releases.overtaken(pushed, by: head) : releases.late(pushed)
        if isKnown {
            for index in batch.intakes.indices { batch.intakes[index].onlyOver = [] }
        }
        return try await make(batch, head, note, notice: "\(push.reference) has moved on to \(head)")
    }

    private func make(
        _ batch: ReleaseBatch, _ head: String, _ note: ReferenceNote, notice: String? = nil
    ) async throws -> IntakeOutcome {
        let topology = context.topology
        let moment = context.clock.now()
        // Until the last page is moved the delivery is under way: whoever takes it up again finds what is left.
        // What is left to another delivery is not taken for seen: that one may be lost.
        let seen = batch.leavesHead ? nil : head
        var outcome = try await context.storage.write { transaction in
            var outcome = try batch.apply(topology, to: transaction)
            try advance(&outcome, seen, note, notice, at: moment, in: transaction)
            return outcome
        }
        while !outcome.spread.isDone {
            let before = outcome
            outcome = try await context.storage.write { transaction in
                var outcome = before
                try advance(&outcome, seen, note, notice, at: moment, in: transaction)
                return outcome
            }
        }
        return IntakeOutcome(instances: outcome.instances + outcome.spread.instances)
    }

    /// Moves some instances to the versions that were set; with the last of them the delivery is processed.
    private func advance(
        _ outcome: inout ReleaseBatch.Outcome, _ head: String?, _ note: ReferenceNote, _ notice: String?,
        at moment: Timestamp, in transaction: any StorageWriter
    ) throws {
        try outcome.spread.advance(in: transaction)
        guard outcome.spread.isDone else { return }
        if let head { try note.put(head, at: moment, in: transaction) }
        let notices = [notice].compactMap { $0 } + outcome.spread.notices + outcome.notices
        let ended = delivery.ended(
            outcome.hasFailed ? .failed : .processed, reason: notices.joinedNotices,
            deployments: outcome.spread.deployments.map(\.id))
        guard let folders = outcome.waits, let images = context.images else { return try transaction.update(ended) }
        try transaction.update(ended.waiting(for: folders, limit: images.waitLimit, at: moment, delivery.wait))
    }

    private func end(
        _ status: Delivery.Status, _ reason: String, noting seen: (note: ReferenceNote, commit: String)? = nil
    ) async throws -> IntakeOutcome {
        let delivery = delivery
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            try transaction.update(delivery.ended(status, reason: reason))
            if let (note, commit) = seen {
                try note.put(commit, at: moment, in: transaction)
            } else {
                // Whether a ref is gone for good is for a sweep to see; one that comes back is a push.
                try ReferenceNote.handOver(to: delivery, at: moment, in: transaction)
            }
        }
        return IntakeOutcome(instances: [])
    }

    private func source(_ reference: PushedReference) async throws -> PushedSource {
        let name = delivery.repository ?? ""
        let (repository, secrets) = try await context.storage.read { reader in
            guard let repository = try reader.repository(named: name) else {
                throw DeploydError(.notFound, "the repository '\(name)' is no longer registered")
            }
            return (repository, try reader.repositorySecrets(id: repository.id) ?? RepositorySecrets())
        }
        return try await PushedSource(turn, repository, secrets, reference)
    }
}
