import Core
import Crypto
import Glibc

/// What was packed.
public struct PackedTree: Sendable, Hashable {
    public let manifest: TreeManifest
    /// Of the archive.
    public let bytes: Int

    public init(manifest: TreeManifest, bytes: Int) {
        self.manifest = manifest
        self.bytes = bytes
    }
}

extension WorkingTree {
    /// Writes a folder's files as a tar archive. Equal trees give equal archives.
    /// - Parameters:
    ///   - directory: the folder; `.gitignore` is honoured in a git work tree.
    ///   - file: is made new.
    /// - Throws: `DeploydError`: `invalid` names a file that cannot be pushed, `tooLarge`, `conflict` when a file changed
    ///   meanwhile.
    public func pack(
        _ directory: String, into file: String, limits: ArchiveLimits = ArchiveLimits()
    ) async throws -> PackedTree {
        let listing = try await listing(of: directory)
        return try await threads.run {
            let number = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard let output = Descriptor(made: number) else {
                throw DeploydError.system("cannot make \(file)", errno: errno)
            }
            do {
                var packer = TreePacker(root: directory, output: output, limits: limits)
                return try packer.pack(listing)
            } catch {
                unlink(file)
                throw error
            }
        }
    }
}

/// Writes files into an archive and notes what they are. It blocks: use it on a thread of its own.
struct TreePacker {
    private let root: String
    private let limits: ArchiveLimits
    private var writer: TarWriter
    private var entries: [TreeManifest.Entry] = []
    private var links: [String: String] = [:]

    init(root: String, output: Descriptor, limits: ArchiveLimits) {
        self.root = root
        self.limits = limits
        writer = TarWriter(output, limit: limits.totalBytes)
    }

    /// - Parameter listing: what to pack; nil for everything but `.git`.
    mutating func pack(_ listing: [String]?) throws(DeploydError) -> PackedTree {
        if let listing {
            for path in listing { try add(listed: path) }
        } else {
            try addEverything()
        }
        // The server refuses the same; here it is said before anything is sent.
        try TreeLinks(links).check()
        try writer.finish()
        return PackedTree(manifest: TreeManifest(entries), bytes: writer.total)
    }

    private mutating func add(listed path: String) throws(DeploydError) {
        var status = stat()
        // A tracked file that was deleted is still listed.
        guard lstat("\(root)/\(path)", &status) == 0 else { return }
        if WorkingTree.isRepository(path) || status.st_mode & S_IFMT == S_IFDIR {
            throw DeploydError(
                .invalid,
                "'\(path)' is a git repository of its own; submodules are not supported: ignore it, or move it")
        }
        try add(path, status)
    }

    private mutating func addEverything() throws(DeploydError) {
        let found = try DirectoryWalk.entries(of: root, limit: limits.entries) { $0 == ".git" }
        let full = Set(found.compactMap { entry in entry.path.lastIndex(of: "/").map { entry.path[..<$0] } })
        for entry in found where !full.contains(entry.path[...]) {
            guard entry.isDirectory else {
                try add(entry.path, entry.status)
                continue
            }
            try writer.directory(entry.path)
            entries.append(.init(path: entry.path, kind: .emptyDirectory))
        }
    }

    private mutating func add(_ path: String, _ status: stat) throws(DeploydError) {
        guard entries.count < limits.entries else {
            throw DeploydError(.tooLarge, "there are more than \(limits.entries) files")
        }
        _ = try TreePath.parts(path, limits: limits)
        switch status.st_mode & S_IFMT {
        case S_IFREG: try addFile(path)
        case S_IFLNK:
            let target = try readLink(path)
            links[path] = target
            try writer.link(path, to: target)
            entries.append(.init(path: path, kind: .link(to: target)))
        default:
            throw DeploydError(.invalid, "'\(path)' is neither a file nor a link nor a folder: ignore it, or remove it")
        }
    }

    private mutating func addFile(_ path: String) throws(DeploydError) {
        let number = open("\(root)/\(path)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard let file = Descriptor(made: number) else {
            throw DeploydError.system("cannot read \(path)", errno: errno)
        }
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw DeploydError.system("cannot read \(path)", errno: errno) }
        // As the unpacking side keeps it.
        let mode = status.st_mode & 0o777 | 0o600
        var input = ArchiveInput(
            descriptor: file.number, limit: limits.totalBytes, deadline: .now + .seconds(300),
            pieces: min(256 * 1024, Int(status.st_size) + 1))
        var hash = SHA256()
        try writer.file(path, mode: mode, size: Int(status.st_size)) { () throws(DeploydError) in
            let bytes = try input.next(256 * 1024)
            hash.update(bytes)
            return bytes
        }
        entries.append(.init(path: path, kind: .file(hash.finish(), mode: mode)))
    }

    private func readLink(_ path: String) throws(DeploydError) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("\(root)/\(path)", $0, bytes.count) } ?? -1
        }
        guard count >= 0, count < buffer.count else { throw DeploydError.system("cannot read \(path)", errno: errno) }
        return try TarHeader.utf8(buffer.prefix(count))
    }
}
