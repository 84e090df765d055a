import Core

extension GitMirror {
    /// A regular file of a commit; nil when there is none.
    /// - Parameters:
    ///   - path: from the root of the tree.
    ///   - limit: bytes.
    /// - Throws: `DeploydError`: `invalid` for a link, submodule or directory of that name; `tooLarge`; `notFound` when the
    ///   commit is not here.
    public func readFile(_ path: String, at commit: String, limit: Int) async throws -> [UInt8]? {
        try await reading(commit) {
            guard let entry = try await entry(path, at: commit) else { return nil }
            try GitMirror.check(entry, at: commit, limit: limit)
            return try await local(commands.content(of: entry.object), doing: "read \(path)", limit: limit).output
        }
    }

    /// What stands in a directory of a commit, nil when there is none.
    /// - Parameter path: from the root of the tree; empty for the root.
    public func list(_ path: String, at commit: String) async throws -> [TreeEntry]? {
        try await reading(commit) {
            if !path.isEmpty {
                guard try await entry(path, at: commit)?.kind == .directory else { return nil }
            }
            let command = path.isEmpty ? commands.entries(at: commit) : commands.entry("\(path)/", at: commit)
            return try entries(await local(command, doing: "list \(path)", limit: 16 << 20))
        }
    }

    /// The id of what is at a path: equal ids, equal content, modes and names below. Nil when there is nothing.
    /// - Parameter path: of a directory or file, from the root of the tree; empty for the root.
    public func treeHash(of path: String, at commit: String) async throws -> String? {
        try await reading(commit) {
            guard path.isEmpty else { return try await entry(path, at: commit)?.object }
            let result = try await local(commands.rootTree(of: commit), doing: "read \(commit)")
            return String(result.text.prefix { !$0.isNewline })
        }
    }

    private func entry(_ path: String, at commit: String) async throws -> TreeEntry? {
        guard GitName.isPath(path) else {
            throw DeploydError(.invalid, "\(path.debugDescription.prefix(300)) is not a path inside a repository")
        }
        return try entries(await local(commands.entry(path, at: commit), doing: "look for \(path)"))
            .first { $0.path == path }
    }

    func entries(_ result: CommandResult) throws(DeploydError) -> [TreeEntry] {
        guard let entries = TreeEntry.parse(result.output) else {
            throw DeploydError(.invalid, "the repository has a file whose name is not UTF-8: rename it")
        }
        return entries
    }

    /// Takes a turn, for a commit that is named by its full id.
    func reading<Value>(_ commit: String, _ body: () async throws -> Value) async throws -> Value {
        guard GitName.isCommit(commit) else {
            throw DeploydError(.invalid, "\(commit.debugDescription.prefix(300)) is not the full id of a commit")
        }
        return try await queue.withPlace(body)
    }
}

extension TreeEntry.Kind {
    var name: String {
        switch self {
        case .file, .executable: "a file"
        case .link: "a symbolic link"
        case .submodule: "a submodule"
        case .directory: "a directory"
        }
    }
}
