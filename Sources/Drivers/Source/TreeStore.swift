import Core
import Crypto
import Glibc
import Model
import System

/// Working trees that were pushed, by the digest of their files.
struct TreeStore: Sendable {
    /// Trees that are kept; the ones used longest ago go first.
    static let kept = 200
    private static let deadline = Duration.seconds(300)

    let directory: String
    /// Where archives wait.
    let spool: String
    let limits: ArchiveLimits
    let runner: CommandRunner
    let threads: BlockingThreads

    func accept(_ file: String, isGzip: Bool) async throws -> String {
        guard FileTree.isPlainName(file) else {
            throw DeploydError(.invalid, "'\(file)' is not the name of a spooled archive")
        }
        let archive = "\(spool)/\(file)"
        let fresh = "\(directory)/.new-\(SecureRandom.hex(bytes: 8))"
        let isThere = try await threads.run {
            try Files.makeDirectory(directory)
            try removeLeftovers()
            return FileTree.exists(archive)
        }
        guard isThere else { throw DeploydError(.notFound, "the pushed tree is gone from the server; push it again") }
        let manifest = try await TreeArchive.unpack(
            archive, isGzip: isGzip, into: fresh, limits: limits, deadline: TreeStore.deadline, on: threads)
        let digest = manifest.digest.hex
        // The name must not become durable before what it names.
        await FileSystemSync.run(fresh, runner)
        try await threads.run {
            try place(fresh, as: digest)
            try prune(keeping: digest)
        }
        return digest
    }

    /// Best effort: what cannot be removed is found again by age.
    func discard(_ file: String) async {
        guard FileTree.isPlainName(file) else { return }
        _ = try? await threads.run { unlink("\(spool)/\(file)") }
    }

    func discard(olderThan age: Duration) async {
        let oldest = SystemClock().now().microseconds - age.microseconds
        _ = try? await threads.run {
            for name in FileTree.names(in: spool) {
                let path = "\(spool)/\(name)"
                if let changed = FileTree.changedAt(path), changed < oldest { unlink(path) }
            }
        }
    }

    func file(_ path: String, in digest: String, limit: Int) async throws -> [UInt8]? {
        let root = try root(digest)
        guard GitName.isPath(path) else { throw DeploydError(.invalid, "'\(path)' is not a path inside a tree") }
        return try await threads.run {
            guard FileTree.exists(root) else { throw TreeStore.gone }
            var status = stat()
            guard lstat("\(root)/\(path)", &status) == 0 else { return nil }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw DeploydError(.invalid, "\(path) is a link or directory: make it a file")
            }
            guard status.st_size <= limit else {
                throw DeploydError(.invalid, "\(path) has more than \(limit) bytes")
            }
            return try Files.read("\(root)/\(path)", limit: limit)
        }
    }

    /// Links are none.
    func folders(in path: String, of digest: String) async throws -> [String] {
        let root = try root(digest)
        guard path.isEmpty || GitName.isPath(path) else {
            throw DeploydError(.invalid, "'\(path)' is not a path inside a tree")
        }
        return try await threads.run {
            guard FileTree.exists(root) else { throw TreeStore.gone }
            let folder = path.isEmpty ? root : "\(root)/\(path)"
            guard FileTree.isDirectory(folder) else { return [] }
            return FileTree.names(in: folder).filter { FileTree.isDirectory("\(folder)/\($0)") }.sorted()
        }
    }

    /// Links are files here, which cannot be read.
    /// - Returns: nil when there is no such folder.
    func names(in path: String, of digest: String) async throws -> (folders: [String], files: [String])? {
        let root = try root(digest)
        guard GitName.isPath(path) else { throw DeploydError(.invalid, "'\(path)' is not a path inside a tree") }
        return try await threads.run {
            guard FileTree.exists(root) else { throw TreeStore.gone }
            guard FileTree.isDirectory("\(root)/\(path)") else { return nil }
            let names = FileTree.names(in: "\(root)/\(path)")
            func isFolder(_ name: String) -> Bool { FileTree.isDirectory("\(root)/\(path)/\(name)") }
            return (names.filter(isFolder), names.filter { !isFolder($0) })
        }
    }

    func export(_ digest: String, to target: String) async throws {
        let root = try root(digest)
        let isThere = try await threads.run {
            guard !FileTree.exists(target) else { throw DeploydError(.conflict, "\(target) exists already") }
            // It counts as used now.
            return utimes(root, nil) == 0
        }
        guard isThere else { throw TreeStore.gone }
        do {
            let result = try await runner.run(
                TreeStore.copy(root, to: target), deadline: TreeStore.deadline, outputLimit: 64 * 1024)
            guard result.succeeded else {
                throw TreeStore.copyFailure(result.errorText)
            }
        } catch {
            try? await threads.run { try Files.removeTree(target) }
            throw error
        }
    }

    /// Links stay links, modes and times stay, and a file system that can share blocks does.
    static func copy(_ source: String, to target: String) -> Command {
        Command(
            "cp", ["--archive", "--reflink=auto", "--no-target-directory", "--", source, target],
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"])
    }

    private static func copyFailure(_ text: String) -> DeploydError {
        let isDiskFull = text.contains("No space left on device") || text.contains("Disk quota exceeded")
        let said = "cannot copy a pushed tree: \(text.prefix(500))"
        return isDiskFull
            ? DeploydError(.unavailable, "\(said); \(DeploydError.diskAdvice)") : DeploydError(.internal, said)
    }

    private static let gone = DeploydError(.notFound, "the pushed tree is gone from the server; push it again")

    private func root(_ digest: String) throws(DeploydError) -> String {
        guard Digest(hex: digest) != nil else { throw DeploydError(.invalid, "'\(digest)' is not a tree's digest") }
        return "\(directory)/\(digest)"
    }

    private func place(_ fresh: String, as digest: String) throws {
        let target = "\(directory)/\(digest)"
        if utimes(target, nil) == 0 {
            try Files.removeTree(fresh)
            return
        }
        guard rename(fresh, target) == 0 || errno == EEXIST || errno == ENOTEMPTY else {
            throw DeploydError.file("cannot keep a pushed tree", errno: errno)
        }
        // Somebody else placed the same tree at the same moment.
        try Files.removeTree(fresh)
    }

    /// What a killed server left half unpacked; one that is at work is younger than its deadline.
    private func removeLeftovers() throws {
        let oldest = SystemClock().now().microseconds - 2 * TreeStore.deadline.microseconds
        for name in FileTree.names(in: directory) where name.hasPrefix(".new-") {
            let path = "\(directory)/\(name)"
            if let changed = FileTree.changedAt(path), changed < oldest { try Files.removeTree(path) }
        }
    }

    private func prune(keeping digest: String) throws {
        let others = FileTree.names(in: directory).filter { $0 != digest && !$0.hasPrefix(".") }
        let byUse = others.map { ($0, FileTree.changedAt("\(directory)/\($0)") ?? 0) }.sorted { $0.1 > $1.1 }
        for (name, _) in byUse.dropFirst(TreeStore.kept - 1) { try Files.removeTree("\(directory)/\(name)") }
    }
}
