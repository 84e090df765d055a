import Core
import Glibc

/// One deployment's log, open for appending. Only the queue of `FileDeploymentLogs` touches it.
final class DeploymentLogFile {
    private let descriptor: Int32
    private let limit: Int
    private var size: Int
    private var isFull: Bool

    /// The last line of a log that reached its bound.
    static let fullNotice = "this log has reached its bound; further lines are dropped\n"

    /// - Parameter limit: bytes that the file may have, the notice at its end not counted.
    init(path: String, limit: Int) throws(DeploydError) {
        let opened = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw DeploydError.file("open \(path)", errno: errno) }
        descriptor = opened
        self.limit = limit
        size = Int(lseek(opened, 0, SEEK_END))
        let notice = DeploymentLogFile.fullNotice.utf8.count
        var end = [UInt8](repeating: 0, count: notice)
        let count = pread(opened, &end, notice, max(0, size - notice))
        isFull = end.prefix(max(0, count)).elementsEqual(DeploymentLogFile.fullNotice.utf8)
    }

    deinit { close(descriptor) }

    func append(_ lines: [[UInt8]], time: String) throws(DeploydError) {
        var text: [UInt8] = []
        for line in lines where !isFull {
            if size + text.count + time.utf8.count + line.count + 2 > limit {
                text += Array("\(time) \(DeploymentLogFile.fullNotice)".utf8)
                isFull = true
            } else {
                text += Array("\(time) ".utf8) + line + [0x0A]
            }
        }
        try write(text)
    }

    private func write(_ bytes: [UInt8]) throws(DeploydError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw DeploydError.file("write a deployment's log", errno: errno)
            }
            size += count
            rest = rest.dropFirst(count)
        }
    }
}
