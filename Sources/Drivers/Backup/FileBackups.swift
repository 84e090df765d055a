public import Core
import Glibc
public import Model
import Synchronization
public import System

/// Makes backups in the data directory, each of which is gone once it has been read.
///
/// An archive has `deployd.db`, and of what is deployed or is to be `artifacts/APPLICATION/KEY`, so that it runs again as it
/// was built, and `sources/trees/DIGEST`, which nobody else has.
public final class FileBackups: Backups {
    private static let deadline = Duration.seconds(3600)

    private let data: String
    private let storage: any Storage
    private let copyDatabase: @Sendable (String) throws -> Void
    private let runner: CommandRunner
    private let threads: BlockingThreads
    private let isTaken = Mutex(false)

    /// - Parameters:
    ///   - dataDirectory: the server's data directory, absolute or not.
    ///   - copyDatabase: writes a consistent copy of the database into an empty file. Blocks.
    public init(
        dataDirectory: String, storage: any Storage, copyDatabase: @escaping @Sendable (String) throws -> Void,
        runner: CommandRunner, threads: BlockingThreads
    ) {
        data = dataDirectory
        self.storage = storage
        self.copyDatabase = copyDatabase
        self.runner = runner
        self.threads = threads
    }

    private var directory: String { "\(data)/backup" }

    public func make() async throws -> any Backup {
        let isFree = isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
        guard isFree else { throw DeploydError(.conflict, "another backup is being made or read; try again later") }
        // From here on it gives the place back when it goes, whatever happens.
        let place = Place { [self] in isTaken.withLock { $0 = false } }
        do {
            let archive = try await write()
            return try await threads.run { try FileBackup(opening: archive, place: place, threads: self.threads) }
        } catch {
            try? await threads.run { try Files.removeTree(self.directory) }
            throw error
        }
    }

    /// - Returns: the archive's path.
    private func write() async throws -> String {
        let database = "\(directory)/deployd.db"
        try await threads.run { [self] in
            // What a server that was killed left.
            try Files.removeTree(directory)
            try Files.makeDirectory(directory)
            try Files.write([], to: database)
            try copyDatabase(database)
        }
        let artifacts = try await storage.read { try $0.neededArtifacts() }
        let archive = "\(directory)/archive.tar"
        let command = try await threads.run { [self] in
            let place = try Files.realPath(data)
            let names = FileBackups.names(of: artifacts).filter { FileTree.exists("\(place)/\($0)") }
            return FileBackups.pack(names, of: place, into: "\(place)/backup/archive.tar")
        }
        let result = try await runner.run(command, deadline: FileBackups.deadline, outputLimit: 64 << 10)
        // 1: a service wrote into its folder meanwhile.
        guard result.succeeded || result.status == .exited(1) else {
            throw DeploydError(.internal, "cannot write the backup: \(result.errorText.prefix(500))")
        }
        try await threads.run { try Files.removeTree(database) }
        return archive
    }

    private static func names(of artifacts: Set<ArtifactID>) -> [String] {
        var names: Set<String> = []
        for artifact in artifacts {
            names.insert("artifacts/\(artifact.application)/\(artifact.source.key)")
            if case .tree(let digest) = artifact.source { names.insert("sources/trees/\(digest)") }
        }
        return names.sorted()
    }

    /// Everything is named on standard input, however much it is.
    static func pack(_ names: [String], of data: String, into archive: String) -> Command {
        Command(
            "tar",
            [
                "--create", "--file", archive, "--numeric-owner", "--directory", "\(data)/backup", "deployd.db",
                "--directory", data, "--null", "--verbatim-files-from", "--files-from", "-",
            ],
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"],
            input: names.flatMap { Array($0.utf8) + [0] })
    }
}

/// The one place for a backup, given back at the end of the last who holds it.
private final class Place: Sendable {
    private let giveBack: @Sendable () -> Void
    init(_ giveBack: @escaping @Sendable () -> Void) { self.giveBack = giveBack }
    deinit { giveBack() }
}

/// An archive that no path names any more.
private final class FileBackup: Backup {
    let size: Int
    private let file: Int32
    private let place: Place
    private let threads: BlockingThreads

    init(opening path: String, place: Place, threads: BlockingThreads) throws(DeploydError) {
        file = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard file >= 0, fstat(file, &status) == 0 else {
            let problem = DeploydError.system("reading \(path)", errno: errno)
            close(file)
            throw problem
        }
        unlink(path)
        size = Int(status.st_size)
        self.place = place
        self.threads = threads
    }

    deinit { close(file) }

    func read(from offset: Int, maximumBytes: Int) async throws -> [UInt8] {
        try await threads.run { [self] in
            var bytes = [UInt8](repeating: 0, count: max(0, min(maximumBytes, size - offset)))
            let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(offset)) }
            guard count >= 0, count > 0 || bytes.isEmpty else {
                throw DeploydError.system("reading a backup", errno: errno)
            }
            return Array(bytes.prefix(count))
        }
    }
}
