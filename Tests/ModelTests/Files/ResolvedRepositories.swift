import Formats
import Model

/// Reads and resolves repositories.
/// - Parameter files: by `REPOSITORY/FILE`.
func resolve(_ files: [String: String]) -> Parsed<ResourceCatalogue> {
    let folders = Dictionary(grouping: files.keys) { String($0.prefix { $0 != "/" }) }
    var sources: [RepositorySource] = []
    var diagnostics: [Diagnostic] = []
    for (folder, paths) in folders.sorted(by: { $0.key < $1.key }) {
        let pairs = paths.map { (String($0.dropFirst(folder.count + 1)), Array((files[$0] ?? "").utf8)) }
        let parsed = RepositorySource.parse(folder: folder, files: Dictionary(uniqueKeysWithValues: pairs))
        diagnostics += parsed.diagnostics
        sources += parsed.value.map { [$0] } ?? []
    }
    guard diagnostics.isEmpty else { return Parsed(value: nil, diagnostics: diagnostics) }
    return ResourceCatalogue.resolve(sources)
}
