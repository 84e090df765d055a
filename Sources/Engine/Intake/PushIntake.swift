import Core
import Formats
import Model

/// A push to a registered repository: fetched, read at the commit, released, set where the default branch's head says.
///
/// The payload only says where to look. What the branch names now decides the version: a push that a newer one has
/// overtaken makes its release, and the newer one is what runs, whichever delivery comes first and even if one is lost.
struct PushIntake: Sendable {
    static let fileLimit = 1 << 20
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
        if let service = source.settings, !source.isDefaultBranch, case .branch = reference,
            !triggers(of: service, areNaming: reference, source)
        {
            return try await ignore("no trigger of \(service.service) names \(reference)")
        }
        let head = try await source.fetch(context)
        // What a tag's delivery names may be the tag itself; a tag that was moved is found out when it is released.
        let isOvertaken = pushed != head && !source.isTag
        if isOvertaken, head == push.before, delivery.attempts < PushIntake.staleTries {
            throw DeploydError(.unavailable, "\(push.reference) is still at \(head) where it is fetched from")
        }
        let intake = isOvertaken ? try await overtaken(pushed, by: head, source) : try await intake(head, source)
        let delivery = delivery
        let outcome = try await context.storage.write { transaction in
            let outcome = try intake.apply(to: transaction)
            let moved = isOvertaken ? "\(push.reference) has moved on to \(head)" : nil
            let notices = [moved, outcome.notice].compactMap { $0 }
            try transaction.update(
                delivery.ended(
                    .processed, reason: notices.isEmpty ? nil : notices.joined(separator: "; "),
                    deployments: outcome.deployments.map(\.id)))
            return outcome
        }
        return IntakeOutcome(instances: outcome.instances)
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

    private func triggers(
        of service: ServiceFile, areNaming reference: PushedReference, _ source: PushedSource
    ) -> Bool {
        let settings = service.settings
        return !settings.environments(
            triggeredBy: reference, of: service.service, defaultBranch: source.repository.defaultBranch,
            among: context.topology.current.topology.environments(of: settings)
        ).isEmpty
    }

    /// Releases both commits and sets the newer one. When that cannot be released, the pushed one is set, if what is set
    /// there is what it was pushed over: nothing goes back by itself.
    private func overtaken(_ pushed: String, by head: String, _ source: PushedSource) async throws -> ReleaseIntake {
        let older = try await readable(pushed, source)
        do {
            var intake = try await intake(head, source)
            if let older, older.release.application == intake.release.application { intake.overtaken = older.release }
            return intake
        } catch let error as DeploydError where !error.code.isTransient {
            guard var older else { throw error }
            older.onlyOver = [push.before].compactMap { $0 }
            return older
        }
    }

    /// A commit that was pushed and may be gone from its branch; nil when it is, or cannot be read.
    private func readable(_ commit: String, _ source: PushedSource) async throws -> ReleaseIntake? {
        do {
            _ = try await context.source.fetch(
                source.repository, source.secrets, reference: push.reference, commit: commit)
            return try await intake(commit, source)
        } catch let error as DeploydError where !error.code.isTransient {
            return nil
        }
    }

    private func intake(_ commit: String, _ source: PushedSource) async throws -> ReleaseIntake {
        let (service, file) = try await source.service(at: commit, context)
        let moment = context.clock.now()
        return ReleaseIntake(
            topology: context.topology, declaration: source.declaration(besides: service),
            release: Release(
                application: service.service, version: source.version(of: commit),
                source: .commit(repository: source.repository.name, commit: commit), reference: push.reference,
                file: file, createdAt: moment),
            owner: Application.Owner(repository: source.repository.name),
            destination: .triggered(by: source.reference, defaultBranch: source.repository.defaultBranch),
            actor: push.actor, cause: Cause(.delivery, delivery.id), moment: moment)
    }
}
