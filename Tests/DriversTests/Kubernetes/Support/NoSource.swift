import Core
import Model

/// For services without files of their own but those of a folder of manifests.
struct NoSource: SourceControl {
    /// By path.
    var files: [String: String] = [:]

    private var nothing: DeploydError { DeploydError(.notFound, "there is no source") }

    func fetch(
        _ repository: CodeRepository, _ secrets: RepositorySecrets, reference: String, commit: String?
    ) async throws -> String { throw nothing }
    func references(of repository: CodeRepository, _ secrets: RepositorySecrets) async throws -> [SourceHead] { [] }
    func file(_ path: String, in repository: CodeRepository, at commit: String, limit: Int) async throws -> [UInt8]? {
        nil
    }
    func folders(in path: String, of repository: CodeRepository, at commit: String) async throws -> [String] { [] }
    func treeHash(of path: String, in repository: CodeRepository, at commit: String) async throws -> String? { nil }
    func acceptTree(spooled file: String, isGzip: Bool) async throws -> String { throw nothing }
    func discard(spooled file: String) async {}
    func discardSpooled(olderThan age: Duration) async {}
    func file(_ path: String, inTree digest: String, limit: Int) async throws -> [UInt8]? { nil }
    func folders(in path: String, ofTree digest: String) async throws -> [String] { [] }
    func files(
        below folder: String, of source: SourceRevision, endingIn suffixes: [String], limit: Int, maximum: Int
    ) async throws -> [String: [UInt8]]? {
        let found = files.filter { $0.key.hasPrefix("\(folder)/") }
        return found.isEmpty ? nil : found.mapValues { Array($0.utf8) }
    }
    func export(_ source: SourceRevision, to directory: String) async throws { throw nothing }
    func forget(_ repository: CodeRepository) async throws {}
}
