enum UTF8Text {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The offset of the first byte that does not belong to a well-formed sequence (Unicode 15, table 3-7).
    static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
        var index = 0
        while index < bytes.count {
            guard let (length, second) = form(bytes[index]) else { return index }
            guard index + length <= bytes.count else { return index }
            if length > 1 {
                guard second.contains(bytes[index + 1]),
                    bytes[(index + 2)..<(index + length)].allSatisfy({ (0x80...0xBF).contains($0) })
                else { return index }
            }
            index += length
        }
        return nil
    }

    /// How long a sequence with this first byte is, and what its second byte may be.
    private static func form(_ lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
        switch lead {
        case 0...0x7F: (1, 0...0)
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: nil
        }
    }
}
