/// Cuts growing text where lines end.
enum LogText {
    /// `bytes` up to the end of the last whole line. A line that alone fills what was asked for is given as it is, so
    /// that a reader always gets on.
    static func wholeLines(_ bytes: [UInt8], isFull: Bool) -> ArraySlice<UInt8> {
        guard let end = bytes.lastIndex(of: 0x0A) else { return isFull ? bytes[...] : [] }
        return bytes[...end]
    }

    /// The last `count` lines that are not empty, without their ends.
    static func lastLines(_ bytes: some Sequence<UInt8>, count: Int) -> [String] {
        String(decoding: Array(bytes), as: UTF8.self).split(whereSeparator: \.isNewline).suffix(count).map(String.init)
    }
}
