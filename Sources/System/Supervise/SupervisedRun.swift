public import Core
import Glibc

/// A supervised process as the server sees it: a directory, in which a supervisor lives or lived.
///
/// The server holds no other state of it, so it finds every run again after a restart. Each call has a deadline, and
/// blocks only threads of `BlockingThreads`.
public struct SupervisedRun: Sendable {
    /// How long a supervisor may take to answer.
    static let patience = Duration.seconds(5)

    public var directory: String { place.path }
    let place: RunDirectory
    let threads: BlockingThreads

    /// - Parameter directory: an absolute path.
    public init(directory: String, threads: BlockingThreads) {
        place = RunDirectory(path: directory)
        self.threads = threads
    }

    /// Whether its supervisor lives.
    public func isAlive() async throws -> Bool {
        try await threads.run { [place] in RunLock.isHeld(place.lock) }
    }

    /// As `isAlive`, for who has a thread to block for a moment.
    public static func isAlive(directory: String) -> Bool { RunLock.isHeld(RunDirectory(path: directory).lock) }

    /// What the supervisor says, nil when there is none.
    /// - Throws: `DeploydError` (`unavailable`) when it lives but does not answer.
    public func status() async throws -> RunStatus? {
        try await call(.status)
    }

    /// From now on the process is started again whenever it ends.
    /// - Throws: `DeploydError`: `notFound` when there is no supervisor any more, `unavailable`.
    public func keep() async throws {
        guard try await call(.keep) != nil else { throw ended }
    }

    /// Sends a signal to the process.
    /// - Throws: `DeploydError`: `notFound`, `conflict` when no process runs just now, `unavailable`.
    public func signal(_ number: Int32) async throws {
        guard try await call(.signal(number)) != nil else { throw ended }
    }

    /// How the process ended; nil while its supervisor lives, or when that was killed before it could say.
    public func exitRecord() async throws -> ExitRecord? {
        try await threads.run { [place] in RunLock.isHeld(place.lock) ? nil : place.exitRecord }
    }

    /// Whether the process of a run that is started once may have been started, now or before.
    public func hasBegun() async throws -> Bool {
        try await threads.run { [place] in access(place.begun, F_OK) == 0 }
    }

    /// The addresses of TCP that the process, and all that it has started, listens on.
    public func listening() async throws -> [String] {
        guard let supervisor = try await status()?.supervisorPid else { return [] }
        return try await threads.run {
            SocketTable.now().listening(ProcessTable.now().descendants(of: supervisor).map(\.pid))
        }
    }

    /// The last `lines` lines that it printed, within the last `limit` bytes. Go on from its `end` with `output`.
    public func tail(lines: Int, limit: Int = 1 << 20) async throws -> OutputPiece {
        try await threads.run { [place] in OutputReader(place.log).tail(lines: lines, limit: limit) }
    }

    /// What it printed after its first `offset` bytes, `limit` bytes at most; nothing when there is no more yet.
    public func output(from offset: Int, limit: Int = 1 << 20) async throws -> OutputPiece {
        try await threads.run { [place] in OutputReader(place.log).read(from: offset, limit: limit) }
    }

    private var ended: DeploydError {
        DeploydError(.notFound, "nothing runs in \(directory) any more")
    }

    func call(_ request: ControlRequest) async throws -> RunStatus? {
        try await threads.run { [place] in
            switch SupervisorClient.call(request, in: place, deadline: SupervisedRun.patience) {
            case .answered(.status(let status)): return status
            case .answered(.refused(let code, let text)): throw DeploydError(code, text)
            case .nobody: return nil
            case .failed(let error):
                // One that just ended drops its connections, and its lock a moment later.
                for _ in 0..<20 {
                    guard RunLock.isHeld(place.lock) else { return nil }
                    usleep(5000)
                }
                throw error
            }
        }
    }
}
