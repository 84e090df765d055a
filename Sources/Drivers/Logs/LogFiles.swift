import Core
import Glibc
import Model
import System

/// The files behind `FileDeploymentLogs`.
///
/// Sendable without a lock: only the serial queue of its owner calls it.
final class LogFiles: @unchecked Sendable {
    /// Files kept open, and how many new ones are made between two looks at the total.
    private enum Limits {
        static let open = 32
        static let made = 64
    }

    private let directory: String
    private let bounds: FileDeploymentLogs.Bounds
    private var open: [String: DeploymentLogFile] = [:]
    private var madeSincePruning = Limits.made

    init(directory: String, bounds: FileDeploymentLogs.Bounds) throws(DeploydError) {
        self.directory = directory
        self.bounds = bounds
        try Files.makeDirectory(directory)
    }

    func append(_ lines: [[UInt8]], time: String, to deployment: String) throws(DeploydError) {
        try file(of: deployment).append(lines, time: time)
    }

    func read(_ deployment: String, from offset: Int, maximumBytes: Int) throws(DeploydError) -> LogChunk {
        let path = try path(of: deployment)
        let start = max(0, offset)
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return LogChunk(bytes: [], next: start) }
            throw DeploydError.system("open \(path)", errno: errno)
        }
        defer { close(descriptor) }
        let wanted = min(max(1, maximumBytes), bounds.file + bounds.line)
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, wanted, start))
        }
        let whole = LogText.wholeLines(bytes, isFull: bytes.count == wanted)
        return LogChunk(bytes: Array(whole), next: start + whole.count)
    }

    func closeAll() { open = [:] }

    private func file(of deployment: String) throws(DeploydError) -> DeploymentLogFile {
        if let file = open[deployment] { return file }
        let path = try path(of: deployment)
        prune(keeping: deployment)
        if open.count >= Limits.open { open = [:] }
        let file = try DeploymentLogFile(path: path, limit: bounds.file)
        open[deployment] = file
        return file
    }

    private func path(of deployment: String) throws(DeploydError) -> String {
        guard FileTree.isPlainName(deployment) else {
            throw DeploydError(.invalid, "'\(deployment)' is not the id of a deployment")
        }
        return "\(directory)/\(deployment).log"
    }

    /// Removes the oldest logs until all fit. Names begin with the time they were made, so their order is by age.
    private func prune(keeping deployment: String) {
        madeSincePruning += 1
        guard madeSincePruning > Limits.made else { return }
        madeSincePruning = 0
        let entries = FileTree.names(in: directory).filter { $0.hasSuffix(".log") }.map {
            ("\(directory)/\($0)", FileTree.size("\(directory)/\($0)") ?? 0)
        }
        var total = entries.reduce(0) { $0 + $1.1 }
        for (path, size) in entries where total > bounds.total {
            guard !path.hasSuffix("/\(deployment).log") else { continue }
            unlink(path)
            total -= size
        }
    }
}
