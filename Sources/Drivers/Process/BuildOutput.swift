import Model
import Synchronization

/// Takes a build's output piece by piece, hands whole lines to the log, and remembers the last ones.
final class BuildOutput: Sendable {
    /// A longer line is handed over in pieces, so that output without line ends is bounded too.
    private static let longestLine = 16 * 1024

    private struct State {
        var partial: [UInt8] = []
        var last: [String] = []
    }

    private let state = Mutex(State())
    private let log: any StepLog
    private let remembered: Int

    /// - Parameter remembered: how many of the last lines are kept.
    init(_ log: any StepLog, remembered: Int) {
        self.log = log
        self.remembered = remembered
    }

    /// The last lines that are not empty.
    var lastLines: [String] { state.withLock(\.last) }

    func take(_ bytes: [UInt8]) {
        state.withLock { state in
            for byte in bytes {
                if byte == 0x0A || state.partial.count >= BuildOutput.longestLine { finishLine(&state) }
                if byte != 0x0A { state.partial.append(byte) }
            }
        }
    }

    /// Hands over what stands after the last line end.
    func finish() {
        state.withLock { state in
            if !state.partial.isEmpty { finishLine(&state) }
        }
    }

    private func finishLine(_ state: inout State) {
        if state.partial.last == 0x0D { state.partial.removeLast() }
        let line = String(decoding: state.partial, as: UTF8.self)
        state.partial.removeAll(keepingCapacity: true)
        log.line(line)
        guard line.contains(where: { !$0.isWhitespace }) else { return }
        state.last = state.last.suffix(remembered - 1) + [line]
    }
}
