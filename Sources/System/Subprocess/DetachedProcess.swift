import Core
import Synchronization

/// A process that was started to outlive deployd. As long as deployd lives it is reaped when it ends.
public final class DetachedProcess: Sendable {
    public let pid: Int32
    private let ended = Mutex<ExitStatus?>(nil)

    init(pid: Int32) { self.pid = pid }

    /// How it ended, nil while it runs.
    public var status: ExitStatus? { ended.withLock(\.self) }

    struct Order: Sendable {
        let command: Command
        let input: Descriptor?
        let finish: @Sendable (Result<DetachedProcess, DeploydError>) -> Void
    }

    /// The thread's side of it.
    struct Watch {
        let process: SpawnedProcess
        let handle: DetachedProcess

        init(process: SpawnedProcess) {
            self.process = process
            handle = DetachedProcess(pid: process.pid)
        }

        /// Whether it has ended; then it is reaped and the handle knows.
        func isEnded() -> Bool {
            guard let status = process.ended() else { return false }
            process.reap()
            handle.ended.withLock { $0 = status }
            return true
        }
    }
}
