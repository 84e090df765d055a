import COpenSSL

/// Chance that nobody can foresee (OpenSSL's private generator, seeded by the kernel).
public enum SecureRandom {
    public static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            require(RAND_priv_bytes(buffer.baseAddress, Int32(count)) == 1, "RAND_priv_bytes")
            initialized = count
        }
    }

    /// `length` of `A-Z a-z 0-9 - _`: 6 bits each, so 43 hold 256 bits.
    public static func token(length: Int = 43) -> String {
        String(decoding: bytes(length).map { Base64URL.alphabet[Int($0 & 63)] }, as: UTF8.self)
    }

    /// `length` of `A-Z a-z 0-9`, each as likely: for systems that are strict about passwords.
    public static func password(length: Int = 32) -> String {
        let alphabet = Base64.alphabet.prefix(62)
        var text: [UInt8] = []
        while text.count < length {
            // Only values below 62 are taken: a remainder would make some characters likelier than others.
            let accepted = bytes(length).lazy.map { Int($0 & 63) }.filter { $0 < alphabet.count }
            text.append(contentsOf: accepted.prefix(length - text.count).map { alphabet[$0] })
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `count` bytes as twice as many hexadecimal digits.
    public static func hex(bytes count: Int) -> String { Hex.encode(bytes(count)) }
}
