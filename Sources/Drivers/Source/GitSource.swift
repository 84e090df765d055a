public import Core
public import Model
public import System

/// Source from git repositories, each with a mirror of its own, and from working trees that were pushed.
///
/// ```
/// DATA/sources/repositories/NAME-DIGEST   a bare mirror, one for each code repository
/// DATA/sources/trees/DIGEST               an accepted working tree
/// ```
///
/// Deadlines, and bounds on what an archive or commit may unpack to, are those of `GitOptions`.
public struct GitSource: SourceControl {
    let mirrors: GitMirrors
    let trees: TreeStore
    private let allowsLocal: Bool

    /// - Parameters:
    ///   - dataDirectory: the server's data directory, absolute.
    ///   - spoolDirectory: where pushed archives wait, by file name.
    ///   - allowsLocal: whether repositories of this machine (`file://`, loopback) may be fetched.
    public init(
        dataDirectory: String, spoolDirectory: String, allowsLocal: Bool, options: GitOptions, runner: CommandRunner,
        threads: BlockingThreads, log: Log
    ) {
        mirrors = GitMirrors(
            directory: "\(dataDirectory)/sources/repositories", options: options, runner: runner, threads: threads,
            log: log)
        trees = TreeStore(
            directory: "\(dataDirectory)/sources/trees", spool: spoolDirectory, limits: options.limits,
            runner: runner, threads: threads)
        self.allowsLocal = allowsLocal
    }

    public func fetch(
        _ repository: CodeRepository, _ secrets: RepositorySecrets, reference: String, commit: String?
    ) async throws -> String {
        let remote = try remote(repository, secrets)
        let mirror = try await mirrors.mirror(repository.name)
        let fetched = try await mirror.fetch(remote, reference: reference, commit: commit)
        await mirrors.noteFetch(repository.name)
        return fetched
    }

    public func references(
        of repository: CodeRepository, _ secrets: RepositorySecrets
    ) async throws -> [SourceHead] {
        let remote = try remote(repository, secrets)
        let found = try await mirrors.mirror(repository.name).remoteReferences(of: remote)
        return found.commits.map { SourceHead(reference: $0.key, commit: $0.value) }
    }

    private func remote(_ repository: CodeRepository, _ secrets: RepositorySecrets) throws -> GitRemote {
        let url = try RepositoryURL.parse(repository.url, allowLocal: allowsLocal)
        let credentials = try secrets.password.map { password in
            try GitCredentials(username: secrets.username ?? "git", password: password)
        }
        return GitRemote(url: url, credentials: credentials)
    }

    public func file(
        _ path: String, in repository: CodeRepository, at commit: String, limit: Int
    ) async throws -> [UInt8]? {
        do {
            return try await mirrors.mirror(repository.name).readFile(path, at: commit, limit: limit)
        } catch let error as DeploydError where error.code == .tooLarge {
            throw DeploydError(.invalid, error.message)
        }
    }

    public func files(
        _ paths: [String], in repository: CodeRepository, at commit: String, limit: Int
    ) async throws -> [String: Result<[UInt8], DeploydError>] {
        let files = try await mirrors.mirror(repository.name).readFiles(paths, at: commit, limit: limit)
        return files.mapValues { file in
            file.mapError { $0.code == .tooLarge ? DeploydError(.invalid, $0.message) : $0 }
        }
    }

    public func folders(in path: String, of repository: CodeRepository, at commit: String) async throws -> [String] {
        let entries = try await mirrors.mirror(repository.name).list(path, at: commit) ?? []
        return entries.filter { $0.kind == .directory }.compactMap {
            $0.path.split(separator: "/").last.map(String.init)
        }
    }

    public func treeHash(of path: String, in repository: CodeRepository, at commit: String) async throws -> String? {
        try await mirrors.mirror(repository.name).treeHash(of: path, at: commit)
    }

    public func acceptTree(spooled file: String, isGzip: Bool) async throws -> String {
        try await trees.accept(file, isGzip: isGzip)
    }

    public func discard(spooled file: String) async { await trees.discard(file) }

    public func discardSpooled(olderThan age: Duration) async { await trees.discard(olderThan: age) }

    public func file(_ path: String, inTree digest: String, limit: Int) async throws -> [UInt8]? {
        try await trees.file(path, in: digest, limit: limit)
    }

    public func folders(in path: String, ofTree digest: String) async throws -> [String] {
        try await trees.folders(in: path, of: digest)
    }

    public func export(_ source: SourceRevision, to directory: String) async throws {
        switch source {
        case .commit(let repository, let commit):
            try await mirrors.mirror(repository).export(commit, to: directory)
        case .tree(let digest):
            try await trees.export(digest, to: directory)
        }
    }

    public func forget(_ repository: CodeRepository) async throws {
        try await mirrors.remove(repository.name)
    }
}
