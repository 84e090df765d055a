/// What a text may be before it is given to libyaml, which says less of it or takes too long.
enum YAMLText {
    struct Problem {
        let offset: Int
        let message: String
    }

    /// libyaml compares each directive with all before it.
    private static let maximumDirectives = 64

    /// - Parameter bytes: without a byte order mark.
    static func problem(with bytes: [UInt8]) -> Problem? {
        if isUTF16(bytes) { return Problem(offset: 0, message: "this is UTF-16; save the file as UTF-8") }
        // libyaml reports bad UTF-8 at the file's start.
        if let offset = UTF8Text.firstInvalidByte(bytes) {
            let byte = String(bytes[offset], radix: 16, uppercase: true)
            return Problem(offset: offset, message: "not valid UTF-8: the byte 0x\(byte); save the file as UTF-8")
        }
        return directive(beyond: maximumDirectives, in: bytes).map { offset in
            Problem(offset: offset, message: "more than \(maximumDirectives) lines that begin with '%'")
        }
    }

    /// By its mark, or by the NUL in the first character of a text that begins in ASCII.
    private static func isUTF16(_ bytes: [UInt8]) -> Bool {
        let isZero = bytes.prefix(4).map { $0 == 0 }
        return [[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(bytes.prefix(2)))
            || isZero == [true, false, true, false] || isZero == [false, true, false, true]
    }

    private static func directive(beyond maximum: Int, in bytes: [UInt8]) -> Int? {
        var count = 0
        var isLineStart = true
        for (offset, byte) in bytes.enumerated() {
            if isLineStart, byte == UInt8(ascii: "%") {
                count += 1
                if count > maximum { return offset }
            }
            isLineStart = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        }
        return nil
    }
}
