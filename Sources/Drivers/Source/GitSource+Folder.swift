import Core
public import Model
import System

extension GitSource {
    /// How deep folders may be within the one that is read.
    private static let depth = 10

    public func files(
        below folder: String, of source: SourceRevision, endingIn suffixes: [String], limit: Int, maximum: Int
    ) async throws -> [String: [UInt8]]? {
        guard GitName.isPath(folder) else {
            throw DeploydError(.invalid, "'\(folder)' is not a path inside a repository")
        }
        let reader: any FolderReader =
            switch source {
            case .commit(let repository, let commit):
                CommitFolders(mirror: try await mirrors.mirror(repository), commit: commit)
            case .tree(let digest): TreeFolders(trees: trees, digest: digest)
            }
        guard try await reader.hasFolder(folder) else { return nil }
        var files: [String: [UInt8]] = [:]
        var left = limit
        var waiting = [(path: folder, depth: 1)]
        while let (path, depth) = waiting.popLast() {
            guard depth <= GitSource.depth else {
                throw DeploydError(.invalid, "\(path): folders are nested more than \(GitSource.depth) deep")
            }
            let names = try await reader.names(in: path)
            waiting += names.folders.filter { !$0.hasPrefix(".") }.map { ("\(path)/\($0)", depth + 1) }
            let wanted = names.files.filter { name in !name.hasPrefix(".") && suffixes.contains { name.hasSuffix($0) } }
            for file in wanted.map({ "\(path)/\($0)" }) {
                guard files.count < maximum else {
                    throw DeploydError(.invalid, "\(folder) has more than \(maximum) files that are read")
                }
                guard let bytes = try await reader.content(of: file, limit: left) else { continue }
                left -= bytes.count
                files[file] = bytes
            }
        }
        return files
    }
}

/// A tree of files, wherever it is kept.
private protocol FolderReader: Sendable {
    func hasFolder(_ path: String) async throws -> Bool
    /// Whatever is no folder is a file.
    func names(in path: String) async throws -> (folders: [String], files: [String])
    func content(of path: String, limit: Int) async throws -> [UInt8]?
}

private struct CommitFolders: FolderReader {
    let mirror: GitMirror
    let commit: String

    func hasFolder(_ path: String) async throws -> Bool { try await mirror.list(path, at: commit) != nil }

    func names(in path: String) async throws -> (folders: [String], files: [String]) {
        let entries = try await mirror.list(path, at: commit) ?? []
        func name(_ entry: TreeEntry) -> String { entry.path.split(separator: "/").last.map(String.init) ?? entry.path }
        return (
            entries.filter { $0.kind == .directory }.map(name), entries.filter { $0.kind != .directory }.map(name)
        )
    }

    func content(of path: String, limit: Int) async throws -> [UInt8]? {
        do {
            return try await mirror.readFile(path, at: commit, limit: limit)
        } catch let error as DeploydError where error.code == .tooLarge {
            throw DeploydError(.invalid, error.message)
        }
    }
}

private struct TreeFolders: FolderReader {
    let trees: TreeStore
    let digest: String

    func hasFolder(_ path: String) async throws -> Bool { try await trees.names(in: path, of: digest) != nil }

    func names(in path: String) async throws -> (folders: [String], files: [String]) {
        try await trees.names(in: path, of: digest) ?? ([], [])
    }

    func content(of path: String, limit: Int) async throws -> [UInt8]? {
        try await trees.file(path, in: digest, limit: limit)
    }
}
