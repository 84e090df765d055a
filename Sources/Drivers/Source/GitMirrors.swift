import Core
import Crypto
import System

/// The mirrors of all code repositories. Each is opened once, as it must be.
actor GitMirrors {
    /// Each fetch adds a pack; after so many they are made one.
    private static let fetchesBetweenMaintenance = 50

    private let directory: String
    private let options: GitOptions
    private let runner: CommandRunner
    private let threads: BlockingThreads
    private let log: Log
    private var open: [String: Task<GitMirror, any Error>] = [:]
    private var fetches: [String: Int] = [:]

    init(directory: String, options: GitOptions, runner: CommandRunner, threads: BlockingThreads, log: Log) {
        self.directory = directory
        self.options = options
        self.runner = runner
        self.threads = threads
        self.log = log
    }

    func mirror(_ repository: String) async throws -> GitMirror {
        if let mirror = open[repository] { return try await mirror.value }
        let (path, options, runner, threads) = (path(of: repository), options, runner, threads)
        let opening = Task { try await GitMirror.open(path, options: options, runner: runner, threads: threads) }
        open[repository] = opening
        do {
            return try await opening.value
        } catch {
            open[repository] = nil
            throw error
        }
    }

    /// Counts a fetch, and packs the mirror now and then without anybody waiting for it.
    func noteFetch(_ repository: String) {
        fetches[repository, default: 0] += 1
        guard fetches[repository, default: 0] >= GitMirrors.fetchesBetweenMaintenance else { return }
        fetches[repository] = 0
        Task {
            do {
                try await mirror(repository).maintain()
            } catch {
                log.warning("a mirror could not be packed", ["repository": repository, "error": "\(error)"])
            }
        }
    }

    func remove(_ repository: String) async throws {
        let mirror = try await mirror(repository)
        open[repository] = nil
        fetches[repository] = nil
        try await mirror.remove()
    }

    private func path(of repository: String) -> String { "\(directory)/\(GitMirrors.folder(of: repository))" }

    /// A name holds `/` and may be longer than a file name: its last part, for people, and a digest.
    static func folder(of repository: String) -> String {
        let last = repository.split(separator: "/").last.map(String.init) ?? ""
        let readable = last.utf8.filter(GitMirrors.isPlain).prefix(40)
        let digest = Digest.sha256(of: repository).hex.prefix(16)
        return "\(String(decoding: Array(readable), as: UTF8.self))-\(digest).git"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
