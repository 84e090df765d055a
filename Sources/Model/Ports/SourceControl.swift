public import Core

/// A ref of a code repository and the commit it names.
public struct SourceHead: Sendable, Equatable {
    /// The full name, e.g. `refs/heads/main`.
    public let reference: String
    /// The full hexadecimal id.
    public let commit: String

    public init(reference: String, commit: String) {
        self.reference = reference
        self.commit = commit
    }
}

/// Where source comes from: code repositories, and working trees that were pushed.
///
/// Calls have deadlines of their own. Errors on the way are transient; a missing repository, ref or commit and refused
/// credentials are not.
public protocol SourceControl: Sendable {
    /// Makes sure that `commit` (or, when nil, what `reference` names now) is here to read.
    /// - Returns: the commit.
    func fetch(
        _ repository: CodeRepository, _ secrets: RepositorySecrets, reference: String, commit: String?
    ) async throws -> String

    /// What each branch and tag names now; an annotated tag, the commit behind it. Nothing is fetched.
    func references(of repository: CodeRepository, _ secrets: RepositorySecrets) async throws -> [SourceHead]

    /// A regular file at a commit that was fetched; nil when there is none.
    /// - Throws: `.invalid` when it is a link or larger than `limit` bytes.
    func file(_ path: String, in repository: CodeRepository, at commit: String, limit: Int) async throws -> [UInt8]?

    /// Regular files at a commit that was fetched, read together.
    /// - Returns: of each that is there what it holds, or why it cannot be read, as `file` says it.
    func files(
        _ paths: [String], in repository: CodeRepository, at commit: String, limit: Int
    ) async throws -> [String: Result<[UInt8], DeploydError>]

    /// The names of the folders in a folder of a commit that was fetched.
    /// - Parameter path: from the root; empty for the root. One that is not there has none.
    func folders(in path: String, of repository: CodeRepository, at commit: String) async throws -> [String]

    /// The id of what is at a path of a commit: equal ids, equal content. nil when there is nothing.
    /// - Throws: `.notFound` when the commit is not here.
    func treeHash(of path: String, in repository: CodeRepository, at commit: String) async throws -> String?

    /// Unpacks a spooled archive under the digest of its tree; repeating it changes nothing.
    /// - Returns: the tree's digest in hexadecimal.
    func acceptTree(spooled file: String, isGzip: Bool) async throws -> String

    /// Removes a spooled archive that is no longer needed; one that is gone is fine.
    func discard(spooled file: String) async

    /// Removes the spooled archives that are older than `age`: of deliveries that failed, or of a server that died.
    func discardSpooled(olderThan age: Duration) async

    /// A regular file of an accepted tree; nil when there is none.
    func file(_ path: String, inTree digest: String, limit: Int) async throws -> [UInt8]?

    /// The names of the folders in a folder of an accepted tree; the root's is empty. One that is not there has none.
    func folders(in path: String, ofTree digest: String) async throws -> [String]

    /// The regular files below a folder of a source whose names end so, by their paths from the root. Hidden ones are passed
    /// over.
    /// - Parameters:
    ///   - folder: from the root.
    ///   - limit: bytes of all together.
    ///   - maximum: how many there may be.
    /// - Returns: nil when there is no such folder.
    /// - Throws: `.invalid` for a link of such a name, and for more than may be.
    func files(
        below folder: String, of source: SourceRevision, endingIn suffixes: [String], limit: Int, maximum: Int
    ) async throws -> [String: [UInt8]]?

    /// Writes a source's files into a new directory.
    /// - Parameter directory: must not exist; nothing is left of it when this throws.
    func export(_ source: SourceRevision, to directory: String) async throws

    /// Removes what is kept for a repository.
    func forget(_ repository: CodeRepository) async throws
}

extension SourceControl {
    public func files(
        _ paths: [String], in repository: CodeRepository, at commit: String, limit: Int
    ) async throws -> [String: Result<[UInt8], DeploydError>] {
        try await Self.each(of: paths) { try await file($0, in: repository, at: commit, limit: limit) }
    }

    /// Regular files of an accepted tree, as `files` of a commit.
    public func files(
        _ paths: [String], inTree digest: String, limit: Int
    ) async throws -> [String: Result<[UInt8], DeploydError>] {
        try await Self.each(of: paths) { try await file($0, inTree: digest, limit: limit) }
    }

    private static func each(
        of paths: [String], _ read: (String) async throws -> [UInt8]?
    ) async throws -> [String: Result<[UInt8], DeploydError>] {
        var files: [String: Result<[UInt8], DeploydError>] = [:]
        for path in paths {
            do { files[path] = try await read(path).map { .success($0) } } catch let error as DeploydError
                where !error.code.isTransient
            {
                files[path] = .failure(error)
            }
        }
        return files
    }
}
