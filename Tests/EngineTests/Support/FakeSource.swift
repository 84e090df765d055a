import Core
import Crypto
import Model
import Synchronization

/// Repositories and pushed trees in memory.
final class FakeSource: SourceControl {
    private struct State {
        /// File by commit or tree.
        var files: [String: String] = [:]
        /// Further files by commit, then path.
        var trees: [String: [String: String]] = [:]
        /// Commit by repository, then ref.
        var heads: [String: [String: String]] = [:]
    }

    private let state = Mutex(State())
    let faults: Mutex<Faults>

    init(_ faults: Faults = Faults()) { self.faults = Mutex(faults) }

    /// A commit on a branch or tag, by default the default branch, or one that is not its head.
    func commit(
        _ commit: String, of repository: String, file: String, reference: String = "refs/heads/main",
        tree: [String: String] = [:], isHead: Bool = true
    ) {
        state.withLock { state in
            state.files[commit] = file
            state.trees[commit] = tree
            if isHead { state.heads[repository, default: [:]][reference] = commit }
        }
    }

    func addTree(_ spooled: String, file: String, tree: [String: String] = [:]) {
        state.withLock { state in
            state.files[spooled] = file
            state.trees[spooled] = tree
        }
    }

    func fetch(
        _ repository: CodeRepository, _ secrets: RepositorySecrets, reference: String, commit: String?
    ) async throws -> String {
        try await faults.withLock { $0 }.around(repository.name, commit ?? "head", "fetch") {
            guard let found = state.withLock({ commit ?? $0.heads[repository.name]?[reference] }) else {
                throw DeploydError(.notFound, "no such branch")
            }
            return found
        }
    }

    /// Sets a branch or tag without anybody being told of it; nil deletes it.
    func move(_ reference: String, of repository: String, to commit: String?) {
        state.withLock { $0.heads[repository, default: [:]][reference] = commit }
    }

    func references(of repository: CodeRepository, _ secrets: RepositorySecrets) async throws -> [SourceHead] {
        try await faults.withLock { $0 }.around(repository.name, "refs", "list") {
            state.withLock { $0.heads[repository.name] ?? [:] }.map { SourceHead(reference: $0.key, commit: $0.value) }
        }
    }

    func file(_ path: String, in repository: CodeRepository, at commit: String, limit: Int) async throws -> [UInt8]? {
        state.withLock { state in
            (path == "deployd.yaml" ? state.files[commit] : state.trees[commit]?[path]).map { Array($0.utf8) }
        }
    }

    func folders(in path: String, of repository: CodeRepository, at commit: String) async throws -> [String] {
        folders(in: path, of: commit)
    }

    func folders(in path: String, ofTree digest: String) async throws -> [String] {
        spooled(digest).map { folders(in: path, of: $0) } ?? []
    }

    /// No test of the engine has folders that a driver reads.
    func files(
        below folder: String, of source: SourceRevision, endingIn suffixes: [String], limit: Int, maximum: Int
    ) async throws -> [String: [UInt8]]? { nil }

    private func spooled(_ digest: String) -> String? {
        state.withLock { state in state.files.keys.first { Digest.sha256(of: $0).hex == digest } }
    }

    private func folders(in path: String, of commit: String) -> [String] {
        let below = path.isEmpty ? "" : "\(path)/"
        let paths = state.withLock { $0.trees[commit] ?? [:] }.keys.filter { $0.hasPrefix(below) }
        let parts = paths.map { $0.dropFirst(below.count).split(separator: "/") }.filter { $0.count > 1 }
        return Set(parts.compactMap { $0.first.map(String.init) }).sorted()
    }

    func treeHash(of path: String, in repository: CodeRepository, at commit: String) async throws -> String? {
        let tree = state.withLock { $0.trees[commit] ?? [:] }
        let content = tree.filter { $0.key == path || $0.key.hasPrefix("\(path)/") }.sorted { $0.key < $1.key }
        return content.isEmpty ? nil : Digest.sha256(of: "\(content)").hex
    }

    func acceptTree(spooled file: String, isGzip: Bool) async throws -> String {
        try await faults.withLock { $0 }.around("tree", file, "accept") { Digest.sha256(of: file).hex }
    }

    func discard(spooled file: String) async {}
    func discardSpooled(olderThan age: Duration) async {}

    func file(_ path: String, inTree digest: String, limit: Int) async throws -> [UInt8]? {
        guard let spooled = spooled(digest) else { return nil }
        return state.withLock { state in
            (path == "deployd.yaml" ? state.files[spooled] : state.trees[spooled]?[path]).map { Array($0.utf8) }
        }
    }

    func export(_ source: SourceRevision, to directory: String) async throws {}
    func forget(_ repository: CodeRepository) async throws {}
}
