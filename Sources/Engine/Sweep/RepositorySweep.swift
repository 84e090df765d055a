import Core
import Crypto
import Model

/// One look at the refs of one repository: what is lost of its pushes is delivered, and what is seen noted, in one
/// transaction. It knows nothing of versions and of what runs.
struct RepositorySweep: Sendable {
    /// A repository with more branches and tags is not compared.
    static let maximumReferences = 50_000
    /// Further ones are left to the next sweep.
    static let maximumDeliveries = 500
    private static let changesPerTransaction = 1000

    let context: EngineContext
    let deliveries: DeliveryService
    /// How long a webhook that is on its way is waited for.
    var grace = Duration.zero
    /// How many servers are asked at a time.
    var limiter: Limiter?

    /// - Parameter id: the repository's.
    /// - Throws: `.notFound` when there is no such repository; else what stood against it, which is recorded.
    func run(_ id: String) async throws -> SweepOutcome {
        do {
            return try await look(id)
        } catch {
            try Task.checkCancellation()
            try await record(error, of: id)
            throw error
        }
    }

    private func record(_ error: any Error, of id: String) async throws {
        let problem = DeploydError.wrapping(error, "unexpected error").description
        try await context.storage.write { transaction in
            guard var sweep = try transaction.repository(id: id)?.sweep, sweep.problem != problem else { return }
            sweep.problem = problem
            try transaction.update(sweep, ofRepository: id)
        }
    }

    private func look(_ id: String) async throws -> SweepOutcome {
        let (repository, secrets, seen) = try await context.storage.read { reader in
            guard let repository = try reader.repository(id: id) else {
                throw DeploydError(.notFound, "no repository '\(id)'")
            }
            return (
                repository, try reader.repositorySecrets(id: id) ?? RepositorySecrets(),
                try reader.seenReferences(ofRepository: id)
            )
        }
        // Noted before the server is asked, so that what comes by webhook meanwhile is newer than this look.
        let heads = try await heads(of: repository, secrets)
        let comparison = ReferenceComparison(
            seen: seen, now: heads, defaultBranch: repository.defaultBranch, isFirst: repository.sweep.at == nil)
        if !comparison.pushed.isEmpty, grace > .zero { try await context.clock.sleep(for: grace) }
        let made = try await record(comparison, of: repository)
        return SweepOutcome(references: heads.count, deliveries: made)
    }

    private func heads(of repository: CodeRepository, _ secrets: RepositorySecrets) async throws -> [SourceHead] {
        let source = context.source
        let heads =
            if let limiter {
                try await limiter.withPlace { try await source.references(of: repository, secrets) }
            } else {
                try await source.references(of: repository, secrets)
            }
        guard heads.count <= RepositorySweep.maximumReferences else {
            throw DeploydError(
                .tooLarge,
                "\(repository.name) has \(heads.count) branches and tags; at most "
                    + "\(RepositorySweep.maximumReferences) are compared: delete those that are not needed")
        }
        return heads
    }

    /// Many changes are many transactions, so that others can write between them; the time of the look is in the last.
    private func record(_ comparison: ReferenceComparison, of repository: CodeRepository) async throws -> [String] {
        let pushed = comparison.pushed.prefix(RepositorySweep.maximumDeliveries)
        var changes: [Change] =
            pushed.map(Change.deliver) + comparison.found.map(Change.note) + comparison.gone.map(Change.forget)
        var made: [String] = []
        repeat {
            let part = Array(changes.prefix(RepositorySweep.changesPerTransaction))
            changes.removeFirst(part.count)
            let isLast = changes.isEmpty
            let moment = context.clock.now()
            made += try await context.storage.write { [self] transaction in
                guard try transaction.repository(id: repository.id) != nil else { return [] }
                let made = try part.compactMap { try apply($0, of: repository, at: moment, in: transaction) }
                if isLast { try transaction.update(CodeRepository.Sweep(at: moment), ofRepository: repository.id) }
                return made
            }
        } while !changes.isEmpty
        if !made.isEmpty { deliveries.wakeUp() }
        return made
    }

    private enum Change: Sendable {
        case deliver(ReferenceComparison.Move)
        case note(ReferenceComparison.Move)
        case forget(SeenReference)
    }

    /// - Returns: the delivery that it made.
    private func apply(
        _ change: Change, of repository: CodeRepository, at moment: Timestamp, in transaction: any StorageWriter
    ) throws -> String? {
        switch change {
        case .deliver(let move):
            guard try isUnchanged(move.head.reference, move.before, repository, transaction) else { return nil }
            let delivery = delivery(move, of: repository, at: moment)
            _ = try deliveries.store(delivery, in: transaction)
            try note(move.head, delivery: delivery.id, of: repository, at: moment, in: transaction)
            return delivery.id
        case .note(let move):
            guard try isUnchanged(move.head.reference, move.before, repository, transaction) else { return nil }
            try note(move.head, delivery: nil, of: repository, at: moment, in: transaction)
        case .forget(let seen):
            guard try isUnchanged(seen.name, seen, repository, transaction) else { return nil }
            try transaction.removeSeenReference(seen.name, ofRepository: repository.id)
        }
        return nil
    }

    /// Whether nobody has seen the ref since this look began: then this look is the newest.
    private func isUnchanged(
        _ name: String, _ before: SeenReference?, _ repository: CodeRepository, _ reader: any StorageReader
    ) throws -> Bool { try reader.seenReference(name, ofRepository: repository.id) == before }

    private func note(
        _ head: SourceHead, delivery: String?, of repository: CodeRepository, at moment: Timestamp,
        in transaction: any StorageWriter
    ) throws {
        try transaction.put(
            SeenReference(
                repository: repository.id, name: head.reference, commit: head.commit, delivery: delivery,
                seenAt: moment))
    }

    /// Its key is the ref and the commit, and the moment, since a ref may come back to a commit.
    private func delivery(
        _ move: ReferenceComparison.Move, of repository: CodeRepository, at moment: Timestamp
    ) -> Delivery {
        let what = "\(move.head.reference) \(move.head.commit)"
        return Delivery(
            id: Identifier.make(at: moment),
            key: Delivery.Key(
                provider: Delivery.sweepProvider, hook: repository.id, delivery: what,
                digest: Digest.sha256(of: "\(what) \(moment.microseconds)").hex),
            event: "push", repository: repository.name,
            content: .push(
                RepositoryEvent.Push(
                    reference: move.head.reference, before: move.before?.commit, after: move.head.commit,
                    actor: Delivery.sweepProvider)),
            receivedAt: moment)
    }
}

/// What a look at a repository's refs found.
public struct SweepOutcome: Sendable, Equatable {
    /// How many branches and tags there are.
    public let references: Int
    /// The deliveries that were made.
    public let deliveries: [String]
}
