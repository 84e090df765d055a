import Synchronization

/// Makes identifiers that sort by the moment they were made: 10 characters of milliseconds and 16 of chance,
/// in Crockford's base 32, lower case (the layout of a ULID, https://github.com/ulid/spec).
public enum Identifier {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let last = Mutex<(millisecond: Int64, high: UInt16, low: UInt64)>((0, 0, 0))

    /// A new identifier. Two made in one millisecond by one process still sort in the order they were made.
    public static func make(at moment: Timestamp) -> String {
        let (millisecond, high, low) = last.withLock { state in
            if moment.microseconds / 1000 > state.millisecond {
                state = (
                    moment.microseconds / 1000, UInt16.random(in: 0...UInt16.max / 2), UInt64.random(in: 0...UInt64.max)
                )
            } else {
                let (sum, overflow) = state.low.addingReportingOverflow(1)
                state.low = sum
                if overflow { state.high &+= 1 }
            }
            return state
        }
        var text = [UInt8](repeating: 0, count: 26)
        for index in 0..<10 { text[index] = digits[Int(millisecond >> (5 * (9 - Int64(index))) & 31)] }
        for index in 0..<16 {
            let shift = 5 * (15 - index)
            let value =
                shift >= 64
                ? UInt64(high) >> (shift - 64) : low >> shift | (shift > 59 ? UInt64(high) << (64 - shift) : 0)
            text[10 + index] = digits[Int(value & 31)]
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Names of services, worlds, environments, sets, targets, slugs and repositories: a DNS label (RFC 1123 §2.1).
public enum DNSLabel {
    public static let maximumLength = 63

    /// Whether `text` is 1 to 63 of `a-z`, `0-9` and `-`, with no `-` at either end.
    public static func isValid(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard (1...maximumLength).contains(utf8.count), utf8.first != UInt8(ascii: "-"), utf8.last != UInt8(ascii: "-")
        else { return false }
        return utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
    }

    public static let rule = "use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'"
}
