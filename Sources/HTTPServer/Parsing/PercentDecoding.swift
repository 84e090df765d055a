/// Decoding of `%41` escapes (RFC 3986 §2.1).
enum PercentDecoding {
    /// `bytes` decoded to text.
    /// - Parameter plusIsSpace: as in `application/x-www-form-urlencoded`.
    /// - Throws: for an escape that is not two hexadecimal digits, for NUL, and for what is not UTF-8.
    static func text(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false) throws(HTTPSyntaxError) -> String {
        let isPlain = !bytes.contains { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }
        if isPlain { return String(decoding: bytes, as: UTF8.self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                decoded.append(try escape(bytes, at: index))
                index += 3
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw .bad("the request target's escapes are not UTF-8")
        }
        return text
    }

    private static func escape(_ bytes: ArraySlice<UInt8>, at index: Int) throws(HTTPSyntaxError) -> UInt8 {
        guard index + 2 < bytes.endIndex, let high = ByteClass.hexadecimal(bytes[index + 1]),
            let low = ByteClass.hexadecimal(bytes[index + 2])
        else { throw .bad("'%' in the request target must be followed by two hexadecimal digits") }
        guard high | low != 0 else { throw .bad("the request target holds an escaped NUL") }
        return high << 4 | low
    }
}
