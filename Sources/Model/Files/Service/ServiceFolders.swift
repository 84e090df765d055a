import Core

/// Which folders the `services` of a root file stand for.
public enum ServiceFolders {
    /// So many services a repository may have.
    public static let maximum = 200

    /// The folders of one entry, from the root, in the order of their names.
    /// - Parameter folders: the names of the folders in a folder; that of the root is empty.
    /// - Throws: `.invalid` when they are too many, and what `folders` throws.
    public static func matching(
        _ pattern: String, folders: (String) async throws -> [String]
    ) async throws -> [String] {
        var found = [""]
        for part in pattern.split(separator: "/").map(String.init) {
            var next: [String] = []
            for folder in found {
                let prefix = folder.isEmpty ? "" : "\(folder)/"
                guard part.contains("*") else {
                    next.append(prefix + part)
                    continue
                }
                next += try await folders(folder).filter { Glob.matches(part, $0) }.sorted().map { prefix + $0 }
            }
            // A pattern over a large tree must not look into each of its folders.
            guard next.count <= 10 * maximum else {
                throw DeploydError(
                    .invalid, "\(ServiceFile.fileName): services: '\(pattern)' stands for too many folders")
            }
            found = next
        }
        return found
    }

    /// The sentence for a name that several folders claim.
    public static func claimed(_ name: String, by paths: [String]) -> String {
        "the service '\(name)' is declared by \(paths.sorted().joined(separator: " and ")): one of them needs another name"
    }
}
