/// `uri-host [ ":" port ]` (RFC 9110 §7.2).
enum HostSyntax {
    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = range.first else { return false }
        var index = first
        if bytes[first] == UInt8(ascii: "[") {
            index += 1
            while index < range.upperBound, isAddress(bytes[index]) { index += 1 }
            guard index > first + 1, index < range.upperBound, bytes[index] == UInt8(ascii: "]") else { return false }
            index += 1
        } else {
            let dot = UInt8(ascii: ".")
            while index < range.upperBound, isName(bytes[index]) {
                // No label is empty but the root's at the end.
                if bytes[index] == dot, index == first || bytes[index - 1] == dot { return false }
                index += 1
            }
            guard index > first else { return false }
        }
        if index == range.upperBound { return true }
        let port = (index + 1)..<range.upperBound
        return bytes[index] == UInt8(ascii: ":") && port.count <= 5 && port.allSatisfy { ByteClass.isDigit(bytes[$0]) }
    }

    /// `IPv6address` without a zone.
    private static func isAddress(_ byte: UInt8) -> Bool {
        ByteClass.hexadecimal(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    /// `reg-name` and `IPv4address` without the delimiters that no host has.
    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}
