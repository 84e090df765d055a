import Core

/// One 512-byte header of a tar archive (POSIX.1-2017, pax, "ustar Interchange Format"; GNU's variants are read too).
struct TarHeader: Equatable {
    static let size = 512

    var name: String
    var mode: UInt32
    var size: Int
    var type: UInt8
    var linkName = ""

    /// Nil for a block of zeroes, which ends an archive.
    /// - Throws: `DeploydError.invalid` when the checksum or a number is wrong.
    static func parse(_ block: ArraySlice<UInt8>) throws(DeploydError) -> TarHeader? {
        let block = Array(block)
        guard block.count == TarHeader.size, block.contains(where: { $0 != 0 }) else { return nil }
        guard number(block[148..<156]) == checksum(block) else {
            throw DeploydError(.invalid, "this is not a tar archive, or it is damaged: a header's checksum is wrong")
        }
        guard let size = number(block[124..<136]), let mode = number(block[100..<108]) else {
            throw DeploydError(.invalid, "the tar archive is damaged: a header holds no number where one belongs")
        }
        var name = try text(block[0..<100])
        // GNU's magic is "ustar  ": it keeps other things where POSIX has the prefix.
        if block[257..<263].elementsEqual("ustar\0".utf8) {
            let prefix = try text(block[345..<500])
            if !prefix.isEmpty { name = "\(prefix)/\(name)" }
        }
        return TarHeader(
            name: name, mode: UInt32(truncatingIfNeeded: mode), size: size, type: block[156],
            linkName: try text(block[157..<257]))
    }

    /// The header's block. Owner and time are left out, so that equal trees make equal archives.
    /// - Throws: `DeploydError.invalid` when a name does not fit; it belongs into a pax header then.
    func block() throws(DeploydError) -> [UInt8] {
        guard name.utf8.count <= 100, linkName.utf8.count <= 100, (0..<0o100000000000).contains(size) else {
            throw DeploydError(.invalid, "\(name.prefix(300)) does not fit into a tar header")
        }
        var block = [UInt8](repeating: 0, count: TarHeader.size)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
        }
        put(name, at: 0)
        put(octal(Int(mode), width: 7), at: 100)
        put(octal(0, width: 7), at: 108)
        put(octal(0, width: 7), at: 116)
        put(octal(size, width: 11), at: 124)
        put(octal(0, width: 11), at: 136)
        block[156] = type
        put(linkName, at: 157)
        put("ustar\u{0}00", at: 257)
        put(octal(TarHeader.checksum(block), width: 6) + "\u{0} ", at: 148)
        return block
    }

    /// The sum of all bytes, those of the checksum itself counted as spaces.
    private static func checksum(_ block: [UInt8]) -> Int {
        block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(block[$1])) }
    }

    /// Octal digits among spaces and NULs, or GNU's base 256 when the first bit is set; nil when negative or too large.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80 else { return nil }
            var value = 0
            for byte in field.dropFirst() {
                guard value <= Int.max >> 8 else { return nil }
                value = value << 8 | Int(byte)
            }
            return value
        }
        let digits = field.drop { $0 == 0x20 || $0 == 0 }.prefix { $0 != 0x20 && $0 != 0 }
        guard digits.count <= 12 else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
            value = value << 3 | Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func text(_ field: ArraySlice<UInt8>) throws(DeploydError) -> String {
        try TarHeader.utf8(field.prefix { $0 != 0 })
    }

    static func utf8(_ bytes: some Collection<UInt8>) throws(DeploydError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DeploydError(
                .invalid, "the archive's entry \(String(decoding: bytes, as: UTF8.self)) has a name that is not UTF-8")
        }
        return text
    }
}

private func octal(_ value: Int, width: Int) -> String {
    let digits = String(value, radix: 8)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
