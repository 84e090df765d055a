import Core
import Crypto
import Glibc

/// Unpacks an archive into a directory that holds nothing yet, within bounds, and never outside of it.
/// It blocks: use it on a thread of its own.
struct TreeExtractor {
    /// How a Git LFS pointer begins (git-lfs, docs/spec.md).
    private static let pointer = Array("version https://git-lfs.github.com/spec/v1\n".utf8)

    private let limits: ArchiveLimits
    private let directory: TreeDirectory
    private var files: [String: TreeManifest.Entry.Kind] = [:]
    private var links: [String: String] = [:]
    private var directories: Set<String> = []
    private var count = 0

    /// - Parameter path: an empty directory.
    init(into path: String, limits: ArchiveLimits) throws(DeploydError) {
        self.limits = limits
        directory = try TreeDirectory(path)
    }

    /// Unpacks everything.
    /// - Returns: what is in the directory now.
    /// - Throws: `DeploydError`: `invalid` names the entry that is refused; `tooLarge`.
    mutating func extract(_ input: ArchiveInput) throws(DeploydError) -> TreeManifest {
        var reader = TarReader(input)
        while let entry = try reader.next() {
            count += 1
            guard count <= limits.entries else {
                throw DeploydError(.tooLarge, "the archive has more than \(limits.entries) entries")
            }
            try place(entry, &reader)
        }
        try TreeLinks(links).check()
        // Last of all, so that no file of the archive can have been written through one.
        for (path, target) in links { try directory.makeLink(TreePath.parts(path, limits: limits), to: target) }
        return manifest
    }

    private mutating func place(_ entry: TarEntry, _ reader: inout TarReader) throws(DeploydError) {
        let parts = try TreePath.parts(entry.path, limits: limits)
        let path = parts.joined(separator: "/")
        guard !parts.isEmpty else {
            guard entry.kind == .directory else { throw TreePath.refusal(entry.path, "the root is no file") }
            return
        }
        switch entry.kind {
        case .directory:
            try directory.makeDirectory(parts)
            directories.insert(path)
        case .symbolicLink(let target):
            guard target.utf8.count <= limits.nameLength, !target.utf8.contains(0) else {
                throw TreePath.refusal(path, "the link's target is too long")
            }
            guard links.updateValue(target, forKey: path) == nil else { throw TreePath.refusal(path, "it is twice") }
        case .hardLink(let target):
            let target = try TreePath.parts(target, limits: limits)
            guard let kind = files[target.joined(separator: "/")] else {
                throw TreePath.refusal(path, "it is a hard link to no file before it")
            }
            try directory.makeHardLink(parts, to: target)
            files[path] = kind
        case .file:
            files[path] = try write(entry, parts, &reader)
        }
    }

    private func write(
        _ entry: TarEntry, _ parts: [String], _ reader: inout TarReader
    ) throws(DeploydError) -> TreeManifest.Entry.Kind {
        let file = try directory.makeFile(parts)
        var hash = SHA256()
        var isFirst = true
        while true {
            let bytes = try reader.content(256 * 1024)
            guard !bytes.isEmpty else { break }
            if isFirst, entry.size < 1024, bytes.starts(with: TreeExtractor.pointer) {
                throw TreePath.refusal(
                    entry.path, "it is a Git LFS pointer; LFS is not supported, commit the file itself")
            }
            isFirst = false
            hash.update(bytes)
            guard file.writeAll(bytes) else { throw Files.failure("write", entry.path, errno: errno) }
        }
        // Set-user-ID and the like are dropped; the owner can always read and replace what deployd keeps.
        let mode = entry.mode & 0o777 | 0o600
        guard fchmod(file.number, mode) == 0 else { throw DeploydError.system("chmod \(entry.path)", errno: errno) }
        return .file(hash.finish(), mode: mode)
    }

    private var manifest: TreeManifest {
        var full: Set<String> = []
        for path in Array(files.keys) + Array(links.keys) + Array(directories) {
            var parent = path[...]
            while let slash = parent.lastIndex(of: "/") {
                parent = parent[..<slash]
                guard full.insert(String(parent)).inserted else { break }
            }
        }
        return TreeManifest(
            files.map { .init(path: $0.key, kind: $0.value) }
                + links.map { .init(path: $0.key, kind: .link(to: $0.value)) }
                + directories.subtracting(full).map { .init(path: $0, kind: .emptyDirectory) })
    }
}
