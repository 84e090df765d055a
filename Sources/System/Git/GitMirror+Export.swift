import Core

extension GitMirror {
    /// Writes the files of a commit into a new directory, as they are in the repository: no filter, no line ending and
    /// no `export-ignore` has an effect, and permissions are those of git.
    /// - Parameter target: must not exist, its parent must; nothing is left of it when this throws.
    /// - Returns: what the tree consists of.
    /// - Throws: `DeploydError`: `invalid` names a submodule, an LFS pointer or a link out of the tree; `tooLarge`;
    ///   `notFound` when the commit is not here.
    @discardableResult
    public func export(_ commit: String, to target: String) async throws -> TreeManifest {
        let limits = options.limits
        let deadline = ContinuousClock.now + options.fetchDeadline
        return try await reading(commit) {
            let listing = try await local(
                commands.allEntries(at: commit), doing: "list the files of \(commit)", limit: 256 << 20)
            try GitMirror.check(entries(listing), limits: limits)
            let command = commands.archive(commit)
            return try await threads.run {
                try NewDirectory.make(target) { path in
                    var extractor = try TreeExtractor(into: path, limits: limits)
                    let filter = try GitMirror.start(command)
                    return try filter.extract(with: &extractor, limits: limits, deadline: deadline) { status, text in
                        GitFailure.localError(doing: "export \(commit)", text: text, status: status)
                    }
                }
            }
        }
    }

    private static func start(_ command: Command) throws(DeploydError) -> UnpackingFilter {
        do { return try UnpackingFilter.start(command, input: nil) } catch {
            guard error.code == .notFound else { throw error }
            throw withoutGit(error)
        }
    }

    /// Refuses by name, before anything is written, what an archive would leave out or make too large.
    static func check(_ entries: [TreeEntry], limits: ArchiveLimits) throws(DeploydError) {
        if let submodule = entries.first(where: { $0.kind == .submodule }) {
            throw DeploydError(
                .invalid, "'\(submodule.path)' is a submodule; submodules are not supported: commit its files instead")
        }
        guard entries.count <= limits.entries else {
            throw DeploydError(.tooLarge, "the repository has more than \(limits.entries) files")
        }
        let total = entries.reduce(0) { $0 + ($1.size ?? 0) }
        guard total <= limits.totalBytes else {
            throw DeploydError(.tooLarge, "the repository's files have \(total) bytes; at most \(limits.totalBytes)")
        }
    }
}
