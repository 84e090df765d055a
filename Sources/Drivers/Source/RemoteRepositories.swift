public import Core
import Crypto
import Formats
public import Model
public import System

/// Resource repositories that are read from git, each with a mirror of its own.
///
/// ```
/// DATA/sources/resource-repositories/NAME-DIGEST.git   a bare mirror, one for each URL
/// DATA/sources/resource-repositories/pins.json         the commit that was in force last, by URL@REF
/// ```
public struct RemoteRepositories: Sendable {
    /// A repository's definitions as they are at a commit.
    public struct Reading: Sendable {
        public let commit: String
        /// The `*.yaml` at its root, by name.
        public let files: [String: [UInt8]]
    }

    /// For one network operation: a start and a reload wait for it.
    private static let deadline = Duration.seconds(60)
    private static let fileLimit = 1 << 20

    private let mirrors: GitMirrors
    private let pins: PinFile
    private let allowsLocal: Bool

    /// - Parameters:
    ///   - dataDirectory: the server's data directory, absolute.
    ///   - allowsLocal: whether repositories of this machine (`file://`, loopback) may be fetched.
    public init(
        dataDirectory: String, allowsLocal: Bool, options: GitOptions, runner: CommandRunner,
        threads: BlockingThreads, log: Log
    ) {
        var options = options
        options.fetchDeadline = min(options.fetchDeadline, RemoteRepositories.deadline)
        let directory = "\(dataDirectory)/sources/resource-repositories"
        mirrors = GitMirrors(directory: directory, options: options, runner: runner, threads: threads, log: log)
        pins = PinFile(path: "\(directory)/pins.json", threads: threads)
        self.allowsLocal = allowsLocal
    }

    /// What the ref names now.
    /// - Throws: what stands against fetching or reading it.
    public func fetch(_ remote: RemoteRepository) async throws -> Reading {
        let source = GitRemote(url: try RepositoryURL.parse(remote.url, allowLocal: allowsLocal))
        let mirror = try await mirrors.mirror(remote.url)
        let head = try await head(of: remote, source, mirror)
        let commit = try await mirror.fetch(source, reference: head.reference, commit: head.commit)
        return try await read(commit, mirror)
    }

    /// What was in force last; nil when nothing was, or it is not here.
    public func last(_ remote: RemoteRepository) async -> Reading? {
        guard let commit = await pins.commits()[remote.description] else { return nil }
        return try? await read(commit, try await mirrors.mirror(remote.url))
    }

    /// Keeps in mind what is in force, and nothing else.
    public func pin(_ commits: [RemoteRepository: String]) async throws {
        try await pins.write(
            Dictionary(commits.map { ($0.key.description, $0.value) }, uniquingKeysWith: { first, _ in first }))
    }

    private func read(_ commit: String, _ mirror: GitMirror) async throws -> Reading {
        let files = try await mirror.rootFiles(
            endingIn: [".yaml", ".yml"], at: commit, limit: RemoteRepositories.fileLimit,
            maximum: ResourceRepository.maximumFiles)
        return Reading(commit: commit, files: files)
    }

    /// A whole ref or a commit as it is written; else a tag of that name, or a branch.
    private func head(
        of remote: RemoteRepository, _ source: GitRemote, _ mirror: GitMirror
    ) async throws -> (reference: String, commit: String?) {
        let ref = remote.ref
        if ref.hasPrefix("refs/") { return (ref, nil) }
        let found = try await mirror.remoteReferences(of: source)
        for reference in ["refs/tags/\(ref)", "refs/heads/\(ref)"] {
            if let commit = found.commits[reference] { return (reference, commit) }
        }
        // Where a server gives heads of refs only, the commit is looked for in the default branch's history.
        if GitName.isCommit(ref) { return (found.defaultBranch ?? "refs/heads/main", ref) }
        let known = found.commits.keys.compactMap { PushedReference($0).map(RemoteRepositories.shortName) }
        throw DeploydError(
            .notFound, "\(remote.url) has no tag or branch '\(ref)'\(NearestName.hint(ref, in: known.sorted()))")
    }

    private static func shortName(_ reference: PushedReference) -> String {
        switch reference {
        case .branch(let name), .tag(let name): name
        }
    }
}
