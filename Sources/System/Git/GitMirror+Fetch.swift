import Core
import Glibc

extension GitMirror {
    /// What a server's branches and tags name now.
    /// - Throws: `DeploydError`: `unavailable` and `timedOut` are worth a retry; `unauthenticated`, `forbidden`, `notFound`
    ///   and `invalid` are not.
    public func remoteReferences(of remote: GitRemote) async throws -> RemoteReferences {
        try await queue.withPlace {
            let deadline = min(options.listDeadline, options.fetchDeadline)
            let result = try await network(
                remote, doing: "list the refs of \(remote.url)", within: deadline, limit: options.listingLimit
            ) {
                commands.remoteReferences(remote.url, helper: $0)
            }
            return RemoteReferences.parse(result.output)
        }
    }

    /// Makes sure that a commit is here, and keeps it.
    ///
    /// What is fetched is the one commit with its tree. Only from a server that gives nothing but the heads of refs, and
    /// when the ref has moved on meanwhile, the ref's history is fetched too.
    /// - Parameters:
    ///   - reference: the full name of the ref that was pushed.
    ///   - commit: the id that it was set to (a commit's, or an annotated tag's); nil for what it names now.
    /// - Returns: the commit's id.
    /// - Throws: `DeploydError`, as `remoteReferences`; `notFound` when ref or commit are gone.
    public func fetch(_ remote: GitRemote, reference: String, commit: String?) async throws -> String {
        guard GitName.isReference(reference) else {
            throw DeploydError(.invalid, "\(reference.debugDescription.prefix(300)) is not the full name of a ref")
        }
        guard let commit else { return try await queue.withPlace { try await fetchHead(remote, reference) } }
        guard GitName.isCommit(commit) else {
            throw DeploydError(.invalid, "\(commit.debugDescription.prefix(300)) is not the full id of a commit")
        }
        return try await queue.withPlace {
            if let here = try await resolve(GitCommands.keptReference(commit)) { return here }
            if let fetched = try await fetchObject(remote, commit) { return fetched }
            return try await fetchHistory(remote, reference, until: commit)
        }
    }

    /// Lets go of a commit that nothing needs any more; `maintain` removes it later.
    public func release(_ commit: String) async throws {
        guard GitName.isCommit(commit) else { throw DeploydError(.invalid, "\(commit) is not a commit") }
        try await queue.withPlace { _ = try await local(commands.release(commit), doing: "release \(commit)") }
    }

    /// The commit that a name stands for, nil when there is none.
    func resolve(_ name: String) async throws -> String? {
        let result = try await run(commands.resolve(name), deadline: options.readDeadline)
        let text = result.text.prefix { !$0.isNewline }
        return result.succeeded && GitName.isCommit(String(text)) ? String(text) : nil
    }

    /// One object by its id; nil when the server does not give it.
    private func fetchObject(_ remote: GitRemote, _ object: String) async throws -> String? {
        let result = try await fetching(remote, object, into: GitCommands.keptReference(object))
        guard result.succeeded else {
            if GitFailure.refusesObject(result.errorText) { return nil }
            throw failure(result, remote, doing: "fetch \(object) from \(remote.url)")
        }
        guard let commit = try await resolve(GitCommands.keptReference(object)) else {
            throw DeploydError(.invalid, "\(object) of \(remote.url) is not a commit")
        }
        if commit != object { try await keep(commit) }
        return commit
    }

    private func fetchHead(_ remote: GitRemote, _ reference: String) async throws -> String {
        let result = try await fetching(remote, reference, into: GitCommands.fetchedReference)
        guard result.succeeded else { throw failure(result, remote, doing: "fetch \(reference) from \(remote.url)") }
        guard let commit = try await resolve(GitCommands.fetchedReference) else {
            throw DeploydError(.invalid, "\(reference) of \(remote.url) names no commit")
        }
        try await keep(commit)
        return commit
    }

    private func fetchHistory(_ remote: GitRemote, _ reference: String, until commit: String) async throws -> String {
        let gone = DeploydError(
            .notFound,
            "the commit \(commit) is gone from \(remote.url): \(reference) was moved by force or deleted; push again")
        do {
            if try await fetchHead(remote, reference) == commit { return commit }
        } catch let error as DeploydError where error.code == .notFound {
            throw gone
        }
        if try await resolve(commit) == nil, isShallow {
            _ = try await network(remote, doing: "fetch the history of \(reference) from \(remote.url)") {
                commands.unshallow(reference, into: GitCommands.fetchedReference, from: remote.url, helper: $0)
            }
        }
        guard let found = try await resolve(commit) else { throw gone }
        try await keep(found)
        return found
    }

    private func keep(_ commit: String) async throws {
        _ = try await local(commands.keep(commit), doing: "keep \(commit)")
    }

    /// Whether history was cut off somewhere.
    private var isShallow: Bool { access("\(directory)/shallow", F_OK) == 0 }

    /// A mirror that has whole history must not be made shallow: git would cut what is there.
    private var allowsShallow: Bool {
        isShallow || (access("\(directory)/refs/deployd", F_OK) != 0 && access("\(directory)/packed-refs", F_OK) != 0)
    }

    private func fetching(_ remote: GitRemote, _ source: String, into target: String) async throws -> CommandResult {
        let shallow = allowsShallow
        let result = try await attempt(remote) {
            commands.fetch(source, into: target, from: remote.url, shallow: shallow, helper: $0)
        }
        guard shallow, !result.succeeded, GitFailure.refusesDepth(result.errorText) else { return result }
        return try await attempt(remote) {
            commands.fetch(source, into: target, from: remote.url, shallow: false, helper: $0)
        }
    }

    private func network(
        _ remote: GitRemote, doing: String, within deadline: Duration? = nil, limit: Int = GitMirror.chatter,
        _ command: (String?) -> Command
    ) async throws -> CommandResult {
        let result = try await attempt(remote, within: deadline, limit: limit, command)
        guard result.succeeded else { throw failure(result, remote, doing: doing) }
        return result
    }

    /// What a quiet fetch may print.
    private static let chatter = 1 << 20

    /// - Parameter command: is given the credential helper.
    private func attempt(
        _ remote: GitRemote, within deadline: Duration? = nil, limit: Int = GitMirror.chatter,
        _ command: (String?) -> Command
    ) async throws -> CommandResult {
        let usesPassword = remote.url.scheme == .https || remote.url.scheme == .http
        let file = try usesPassword ? remote.credentials.map { credentials in try CredentialFile(credentials) } : nil
        do {
            let result = try await run(
                command(file?.helper), deadline: deadline ?? options.fetchDeadline, limit: limit)
            return withExtendedLifetime(file) { result }
        } catch let error as DeploydError where [.timedOut, .tooLarge].contains(error.code) {
            // Many refs are a verdict; chatter is not.
            let code = error.code == .tooLarge && limit == GitMirror.chatter ? .unavailable : error.code
            throw DeploydError(
                code, "\(remote.url) cannot be read: \(error.message); see whether its server is well")
        }
    }

    private func failure(_ result: CommandResult, _ remote: GitRemote, doing: String) -> DeploydError {
        GitFailure.error(
            doing: doing, text: result.errorText, status: result.status, hiding: remote.credentials?.password)
    }
}
