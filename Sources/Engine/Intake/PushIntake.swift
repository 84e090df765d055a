import Core
import Formats
import Model

/// A push to a registered repository: fetched, read at the commit, released, set on the first environment.
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
        let (repository, secrets) = try await repository()
        let branch = "refs/heads/\(repository.defaultBranch)"
        guard push.reference == branch else {
            return try await ignore("a push to \(push.reference); only \(branch) is deployed")
        }
        guard let pushed = push.after else { return try await ignore("\(push.reference) was deleted") }
        let head = try await context.source.fetch(repository, secrets, reference: branch, commit: nil)
        let isOvertaken = pushed != head
        if isOvertaken, head == push.before, delivery.attempts < PushIntake.staleTries {
            throw DeploydError(.unavailable, "\(branch) is still at \(head) where it is fetched from")
        }
        let intake =
            isOvertaken
            ? try await overtaken(pushed, by: head, of: repository, secrets) : try await intake(head, of: repository)
        let delivery = delivery
        let outcome = try await context.storage.write { transaction in
            let outcome = try intake.apply(to: transaction)
            let moved = isOvertaken ? "\(branch) has moved on to \(head)" : nil
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

    private func repository() async throws -> (CodeRepository, RepositorySecrets) {
        let name = delivery.repository ?? ""
        return try await context.storage.read { reader in
            guard let repository = try reader.repository(named: name) else {
                throw DeploydError(.notFound, "the repository '\(name)' is no longer registered")
            }
            return (repository, try reader.repositorySecrets(id: repository.id) ?? RepositorySecrets())
        }
    }

    /// Releases both commits and sets the newer one. When that cannot be released, the pushed one is set, if what is set
    /// there is what it was pushed over: nothing goes back by itself.
    private func overtaken(
        _ pushed: String, by head: String, of repository: CodeRepository, _ secrets: RepositorySecrets
    ) async throws -> ReleaseIntake {
        let older = try await readable(pushed, of: repository, secrets)
        do {
            var intake = try await intake(head, of: repository)
            if let older, older.service.service == intake.service.service { intake.overtaken = older.release }
            return intake
        } catch let error as DeploydError where !error.code.isTransient {
            guard var older else { throw error }
            older.onlyOver = [push.before].compactMap { $0 }
            return older
        }
    }

    /// A commit that was pushed and may be gone from its branch; nil when it is, or cannot be read.
    private func readable(
        _ commit: String, of repository: CodeRepository, _ secrets: RepositorySecrets
    ) async throws -> ReleaseIntake? {
        do {
            _ = try await context.source.fetch(repository, secrets, reference: push.reference, commit: commit)
            return try await intake(commit, of: repository)
        } catch let error as DeploydError where !error.code.isTransient {
            return nil
        }
    }

    private func intake(_ commit: String, of repository: CodeRepository) async throws -> ReleaseIntake {
        let file = try await context.source.file(
            ServiceFile.fileName, in: repository, at: commit, limit: PushIntake.fileLimit)
        guard let file else {
            throw DeploydError(
                .invalid, "\(repository.name) has no \(ServiceFile.fileName) at \(commit); `deployd init` writes one")
        }
        let service = try ServiceFile.parse(file, file: ServiceFile.fileName).get()
        let moment = context.clock.now()
        return ReleaseIntake(
            topology: context.topology, service: service,
            release: Release(
                application: service.service, version: commit,
                source: .commit(repository: repository.name, commit: commit), reference: push.reference, file: file,
                createdAt: moment),
            owner: Application.Owner(repository: repository.name), environment: nil, actor: push.actor,
            cause: Cause(.delivery, delivery.id), moment: moment)
    }
}
