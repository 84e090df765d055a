import Core

extension GitMirror {
    /// The regular files at the root of a commit whose names end so; hidden ones are passed over.
    /// - Parameters:
    ///   - suffixes: such as `.yaml`.
    ///   - limit: bytes of one file.
    ///   - maximum: how many files there may be.
    /// - Throws: `DeploydError`: `invalid` for a link of such a name; `tooLarge`; `notFound` when the commit is not here.
    public func rootFiles(
        endingIn suffixes: [String], at commit: String, limit: Int, maximum: Int
    ) async throws -> [String: [UInt8]] {
        try await reading(commit) {
            let all = try entries(await local(commands.entries(at: commit), doing: "list \(commit)", limit: 16 << 20))
            let named = all.filter { entry in
                entry.kind != .directory && !entry.path.hasPrefix(".")
                    && suffixes.contains { entry.path.hasSuffix($0) }
            }
            guard named.count <= maximum else {
                throw DeploydError(
                    .tooLarge, "it has more than \(maximum) files that end in \(suffixes.joined(separator: " or "))")
            }
            var files: [String: [UInt8]] = [:]
            for entry in named {
                guard entry.kind == .file || entry.kind == .executable else {
                    throw DeploydError(.invalid, "\(entry.path) is \(entry.kind.name): make it a file")
                }
                guard let size = entry.size, size <= limit else {
                    throw DeploydError(.tooLarge, "\(entry.path) has more than \(limit) bytes")
                }
                files[entry.path] =
                    try await local(
                        commands.content(of: entry.object), doing: "read \(entry.path)", limit: limit
                    ).output
            }
            return files
        }
    }
}
