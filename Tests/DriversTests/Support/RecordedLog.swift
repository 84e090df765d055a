import Model
import Synchronization

/// Keeps what a step wrote.
final class RecordedLog: StepLog {
    private let written = Mutex<[String]>([])

    var lines: [String] { written.withLock(\.self) }
    var text: String { lines.joined(separator: "\n") }

    func line(_ text: String) { written.withLock { $0.append(text) } }
}
