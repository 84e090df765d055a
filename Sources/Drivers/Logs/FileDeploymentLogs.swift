public import Core
import Dispatch
public import Model
import Synchronization

/// The log of each deployment in a file of its own, `DIRECTORY/ID.log`. Every line begins with its time (RFC 3339).
///
/// One serial queue writes; callers only leave their lines there. When the disk is so slow that more than
/// `Bounds.waiting` bytes wait, or takes nothing, lines are dropped and counted in the log. Logs beyond `Bounds.total` go, oldest first.
public final class FileDeploymentLogs: DeploymentLogs {
    public struct Bounds: Sendable {
        /// Bytes of one deployment's log.
        public var file = 16 * 1024 * 1024
        /// Bytes of one line; the rest of a longer one is cut off.
        public var line = 16 * 1024
        /// Bytes that wait to be written.
        public var waiting = 8 * 1024 * 1024
        /// Bytes of all logs together.
        public var total = 1024 * 1024 * 1024

        public init() {}
    }

    private struct Waiting {
        var bytes = 0
        var dropped: [String: Int] = [:]
        /// Whether the disk took nothing the last time.
        var isFailing = false
    }

    /// Of so many deployments at most the lines that were dropped are counted.
    private static let remembered = 1000

    private let directory: String
    private let bounds: Bounds
    private let clock: any WallClock
    private let log: Log
    private let queue = DispatchQueue(label: "deployd.deployment-logs")
    private let waiting = Mutex(Waiting())
    private let files: LogFiles

    /// - Parameter directory: made when it is missing.
    public init(
        directory: String, bounds: Bounds = Bounds(), clock: any WallClock = SystemClock(), log: Log
    ) throws(DeploydError) {
        self.directory = directory
        self.bounds = bounds
        self.clock = clock
        self.log = log
        files = try LogFiles(directory: directory, bounds: bounds)
    }

    public func append(_ lines: [String], to deployment: String) {
        let time = clock.now().rfc3339
        let texts = lines.flatMap { line in
            line.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0.prefix(bounds.line)) }
        }
        let size = texts.reduce(0) { $0 + $1.count + 64 }
        let isAccepted = waiting.withLock { waiting in
            guard waiting.bytes + size <= bounds.waiting else {
                waiting.dropped[deployment, default: 0] += texts.count
                return false
            }
            waiting.bytes += size
            return true
        }
        guard isAccepted else { return }
        queue.async { self.write(texts, size: size, time: time, to: deployment) }
    }

    public func read(_ deployment: String, from offset: Int, maximumBytes: Int) async throws -> LogChunk {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result { try self.files.read(deployment, from: offset, maximumBytes: maximumBytes) })
            }
        }
    }

    /// Returns when everything that was appended before is written.
    public func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.files.closeAll()
                continuation.resume()
            }
        }
    }

    private func write(_ lines: [[UInt8]], size: Int, time: String, to deployment: String) {
        let dropped = waiting.withLock { waiting in
            waiting.bytes -= size
            return waiting.dropped.removeValue(forKey: deployment)
        }
        let notice = dropped.map { [Array("(\($0) lines were dropped: the disk was full or too slow)".utf8)] } ?? []
        do {
            try files.append(notice + lines, time: time, to: deployment)
            waiting.withLock { $0.isFailing = false }
        } catch {
            let isNews = waiting.withLock { waiting in
                if waiting.dropped.count < FileDeploymentLogs.remembered || waiting.dropped[deployment] != nil {
                    waiting.dropped[deployment, default: 0] += lines.count + (dropped ?? 0)
                }
                defer { waiting.isFailing = true }
                return !waiting.isFailing
            }
            // Not for each line: this log may be on the same disk.
            guard isNews else { return }
            log.error("a deployment's log cannot be written", ["deployment": deployment, "error": "\(error)"])
        }
    }
}
