import Core
public import Model

/// Code repositories whose webhooks are accepted.
public struct RepositoryService: Sendable {
    private let context: EngineContext
    private let wakeSweep: Wake

    /// - Parameter wakeSweep: raised when one is added, for its first look.
    public init(context: EngineContext, wakeSweep: Wake = Wake()) {
        self.context = context
        self.wakeSweep = wakeSweep
    }

    /// - Throws: `.conflict` when a repository of that name exists.
    public func add(
        name: String, url: String, provider: String, defaultBranch: String, secrets: RepositorySecrets, actor: String
    ) async throws -> CodeRepository {
        let moment = context.clock.now()
        let repository = CodeRepository(
            id: Identifier.make(at: moment), name: name, url: url, provider: provider, defaultBranch: defaultBranch,
            createdAt: moment)
        try await context.storage.write { transaction in
            guard try transaction.repository(named: name) == nil else {
                throw DeploydError(
                    .conflict, "a repository '\(name)' exists already; remove it first to change where it is fetched")
            }
            try transaction.insert(repository, secrets: secrets)
            try transaction.append(EventDraft(.repositoryAdded, actor: actor, after: name), at: moment)
        }
        wakeSweep.raise()
        return repository
    }

    /// Its webhooks are refused from now on; what was deployed from it goes on running.
    public func remove(id: String, actor: String) async throws {
        let moment = context.clock.now()
        let repository = try await context.storage.write { transaction in
            guard let repository = try transaction.repository(id: id) else {
                throw DeploydError(.notFound, "no repository '\(id)'")
            }
            try transaction.removeRepository(id: id)
            try transaction.append(EventDraft(.repositoryRemoved, actor: actor, before: repository.name), at: moment)
            return repository
        }
        try await context.source.forget(repository)
    }
}
