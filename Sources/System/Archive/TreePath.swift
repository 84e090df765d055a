import Core

/// Paths inside a tree: relative, without `.`, `..` or empty parts.
enum TreePath {
    /// The parts of a path of an archive. A `/` at its end and `.` parts say nothing and are dropped, so the root gives
    /// no parts.
    /// - Throws: `DeploydError.invalid` for a path that leaves the tree or is over the bounds, and for one into `.git`,
    ///   whose hooks and configuration a build that calls git would obey.
    static func parts(_ path: String, limits: ArchiveLimits) throws(DeploydError) -> [String] {
        guard !path.isEmpty, path.utf8.count <= limits.nameLength else {
            throw DeploydError(.invalid, "a path of the archive has no or more than \(limits.nameLength) bytes")
        }
        guard !path.hasPrefix("/") else { throw refusal(path, "it is absolute") }
        guard !path.utf8.contains(0) else { throw refusal(path, "it holds a NUL character") }
        let parts = path.split(separator: "/").map(String.init).filter { $0 != "." }
        guard parts.count <= limits.depth else { throw refusal(path, "it is deeper than \(limits.depth) folders") }
        for part in parts {
            guard part != ".." else { throw refusal(path, "'..' would leave the tree") }
            guard part.utf8.count <= 255 else { throw refusal(path, "a part of it has more than 255 bytes") }
            guard part.lowercased() != ".git" else { throw refusal(path, "leave .git out") }
        }
        return parts
    }

    static func refusal(_ path: String, _ reason: String) -> DeploydError {
        DeploydError(.invalid, "the archive's entry \(path.debugDescription.prefix(300)) is refused: \(reason)")
    }
}
