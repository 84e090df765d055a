public import Core

extension GitMirror {
    /// How many names one git is given at most.
    private static let page = 500
    /// Bytes of files that one git is asked for, beyond the first of them.
    private static let volume = 8 << 20

    /// Regular files of a commit, read together: one by one each takes two processes.
    /// - Returns: of each that is there what it holds, or why it cannot be read, as `readFile` says it.
    /// - Throws: `DeploydError`, where that is no single file's fault.
    public func readFiles(
        _ paths: [String], at commit: String, limit: Int
    ) async throws -> [String: Result<[UInt8], DeploydError>] {
        for path in paths where !GitName.isPath(path) {
            throw DeploydError(.invalid, "\(path.debugDescription.prefix(300)) is not a path inside a repository")
        }
        var files: [String: Result<[UInt8], DeploydError>] = [:]
        for begin in stride(from: 0, to: paths.count, by: GitMirror.page) {
            let page = Array(paths[begin..<min(begin + GitMirror.page, paths.count)])
            let listed = try await reading(commit) {
                try entries(await local(commands.entries(of: page, at: commit), doing: "look for files of \(commit)"))
            }
            let asked = Set(page)
            var wanted: [TreeEntry] = []
            for entry in listed where asked.contains(entry.path) {
                do throws(DeploydError) {
                    try GitMirror.check(entry, at: commit, limit: limit)
                    wanted.append(entry)
                } catch {
                    files[entry.path] = .failure(error)
                }
            }
            for group in GitMirror.groups(wanted) {
                let read = try await reading(commit) { try await contents(of: group, at: commit) }
                for (entry, content) in zip(group, read) { files[entry.path] = .success(content) }
            }
        }
        return files
    }

    /// - Throws: why it is not read.
    static func check(_ entry: TreeEntry, at commit: String, limit: Int) throws(DeploydError) {
        let path = entry.path
        guard entry.kind == .file || entry.kind == .executable else {
            throw DeploydError(.invalid, "\(path) is \(entry.kind.name) at \(commit.prefix(12)): make it a file")
        }
        guard let size = entry.size, size <= limit else {
            throw DeploydError(.tooLarge, "\(path) has more than \(limit) bytes at \(commit.prefix(12))")
        }
    }

    private static func groups(_ entries: [TreeEntry]) -> [[TreeEntry]] {
        var groups: [[TreeEntry]] = []
        var left = 0
        for entry in entries {
            let size = entry.size ?? 0
            if groups.isEmpty || left < size {
                groups.append([])
                left = max(volume, size)
            }
            groups[groups.count - 1].append(entry)
            left -= size
        }
        return groups
    }

    private func contents(of entries: [TreeEntry], at commit: String) async throws -> [[UInt8]] {
        let total = entries.reduce(0) { $0 + ($1.size ?? 0) + 128 }
        let result = try await local(
            commands.contents(of: entries.map(\.object)), doing: "read files of \(commit)", limit: total)
        guard let read = GitMirror.contents(result.output, of: entries) else {
            throw DeploydError(.unavailable, "the mirror \(directory) lacks files of \(commit)")
        }
        return read
    }

    /// Reads `OBJECT blob SIZE\n…\n…`; nil when it is not of these entries.
    static func contents(_ output: [UInt8], of entries: [TreeEntry]) -> [[UInt8]]? {
        var contents: [[UInt8]] = []
        var place = 0
        for entry in entries {
            guard let size = entry.size else { return nil }
            let head = "\(entry.object) blob \(size)\n".utf8
            let begin = place + head.count
            guard output.count > begin + size, output[place..<begin].elementsEqual(head) else { return nil }
            contents.append(Array(output[begin..<begin + size]))
            place = begin + size + 1
        }
        return contents
    }
}
