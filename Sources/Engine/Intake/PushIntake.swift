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

    func process() async throws -> IntakeOutcome {
        guard let reference = PushedReference(push.reference) else {
            return try await ignore("\(push.reference) is neither a branch nor a tag")
        }
        guard let pushed = push.after else { return try await ignore("\(push.reference) was deleted") }
        let source = try await source(reference)
        if let reason = source.reasonToIgnore(context) { return try await ignore(reason) }
        let head = try await source.fetch(context)
        // What a tag's delivery names may be the tag itself; a tag that was moved is found out when it is released.
        let isOvertaken = pushed != head && !source.isTag
        if isOvertaken, head == push.before, delivery.attempts < PushIntake.staleTries {
            throw DeploydError(.unavailable, "\(push.reference) is still at \(head) where it is fetched from")
        }
        let releases = PushedReleases(context: context, source: source, push: push, delivery: delivery)
        let batch =
            isOvertaken ? try await releases.overtaken(pushed, by: head) : try await releases.batch(at: head)
        let delivery = delivery
        let notice = isOvertaken ? "\(push.reference) has moved on to \(head)" : nil
        return try await context.storage.write { transaction in
            let outcome = try batch.apply(to: transaction)
            let notices = [notice].compactMap { $0 } + outcome.notices
            try transaction.update(
                delivery.ended(
                    outcome.hasFailed ? .failed : .processed,
                    reason: notices.isEmpty ? nil : notices.joined(separator: "; "),
                    deployments: outcome.deployments.map(\.id)))
            return IntakeOutcome(instances: outcome.instances)
        }
    }

    private func ignore(_ reason: String) async throws -> IntakeOutcome {
        let delivery = delivery
        try await context.storage.write { try $0.update(delivery.ended(.ignored, reason: reason)) }
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
        return try await PushedSource(context, repository, secrets, reference)
    }
}
