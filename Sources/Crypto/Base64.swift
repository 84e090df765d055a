/// Base 64 with padding (RFC 4648 §4).
public enum Base64 {
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values = Radix64.values(of: alphabet)

    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Radix64.encode(bytes, alphabet: alphabet, padded: true)
    }

    /// Reads strictly: nil for line breaks, missing padding, or unused bits that are not zero (RFC 4648 §3.5).
    public static func decode(_ text: String) -> [UInt8]? {
        let padding = text.utf8.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard text.utf8.count.isMultiple(of: 4) else { return nil }
        return Radix64.decode(text.utf8.dropLast(padding), values: values)
    }
}

/// Base 64 for URLs and file names, without padding (RFC 4648 §5, as JWT has it).
public enum Base64URL {
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values = Radix64.values(of: alphabet)

    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Radix64.encode(bytes, alphabet: alphabet, padded: false)
    }

    /// Reads strictly: nil for padding, line breaks, or unused bits that are not zero.
    public static func decode(_ text: String) -> [UInt8]? {
        Radix64.decode(text.utf8[...], values: values)
    }
}

private enum Radix64 {
    static let invalid: UInt8 = 0xFF

    /// The number that each character stands for.
    static func values(of alphabet: [UInt8]) -> [UInt8] {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }

    static func encode(_ bytes: some Sequence<UInt8>, alphabet: [UInt8], padded: Bool) -> String {
        bytes.withBytes { bytes in
            String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
                var written = 0
                for start in stride(from: 0, to: bytes.count, by: 3) {
                    let taken = min(3, bytes.count - start)
                    var group: UInt32 = 0
                    for index in 0..<taken { group |= UInt32(bytes[start + index]) << (16 - 8 * index) }
                    for index in 0...taken { text[written + index] = alphabet[Int(group >> (18 - 6 * index)) & 63] }
                    written += taken + 1
                }
                while padded, !written.isMultiple(of: 4) {
                    text[written] = UInt8(ascii: "=")
                    written += 1
                }
                return written
            }
        }
    }

    static func decode(_ text: Substring.UTF8View, values: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var group: UInt32 = 0
        var bits = 0
        for character in text {
            let value = values[Int(character)]
            guard value != invalid else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> bits))
            group &= (1 << bits) - 1
        }
        // Six bits left over are a character that holds no whole byte.
        return bits < 6 && group == 0 ? bytes : nil
    }
}
