import Core
import Model

/// Cuts growing text where lines end.
enum LogText {
    /// `bytes` up to the end of the last whole line. A line that alone fills what was asked for is given as it is, so
    /// that a reader always gets on.
    static func wholeLines(_ bytes: [UInt8], isFull: Bool) -> ArraySlice<UInt8> {
        guard let end = bytes.lastIndex(of: 0x0A) else { return isFull ? bytes[...] : [] }
        return bytes[...end]
    }

    /// A verdict on a version, with the last lines that explain it, each cut to a length that people still read.
    static func verdict(_ reason: String, _ lines: [String], _ redactor: Redactor) -> DeploydError {
        let shown = lines.map(redactor.redact).map { $0.count > 500 ? "\($0.prefix(500))…" : $0 }
        return DeploydError(.invalid, ([redactor.redact(reason)] + shown).joined(separator: "\n"))
    }

    /// The last `count` lines that are not empty, without their ends.
    static func lastLines(_ bytes: some Sequence<UInt8>, count: Int) -> [String] {
        String(decoding: Array(bytes), as: UTF8.self).split(whereSeparator: \.isNewline).suffix(count).map(String.init)
    }
}
