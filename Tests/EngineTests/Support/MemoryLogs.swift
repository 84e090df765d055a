import Model
import Synchronization

/// The logs of deployments, in memory.
final class MemoryLogs: DeploymentLogs {
    private let lines = Mutex<[String: [String]]>([:])

    var all: [String] { lines.withLock { $0.values.flatMap(\.self) } }
    func append(_ lines: [String], to deployment: String) {
        self.lines.withLock { $0[deployment, default: []] += lines }
    }
    func read(_ deployment: String, from offset: Int, maximumBytes: Int) async throws -> LogChunk {
        LogChunk(bytes: [], next: offset)
    }
}
