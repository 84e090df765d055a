import Synchronization

/// Makes identifiers that sort by the moment they were made: 10 characters of milliseconds and 16 of chance,
/// in Crockford's base 32, lower case (the layout of a ULID, https://github.com/ulid/spec).
public enum Identifier {
    private static let last = Mutex(IdentifierSequence())

    /// A new identifier. Two made in one millisecond by one process still sort in the order they were made.
    public static func make(at moment: Timestamp) -> String {
        last.withLock { sequence in
            sequence.advance(to: moment.microseconds / 1000)
            return sequence
        }.text
    }
}

/// The identifiers of one process, one after the other.
struct IdentifierSequence {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    var millisecond: Int64 = 0
    /// The 80 bits of chance: their first 16, and the rest.
    var high: UInt16 = 0
    var low: UInt64 = 0

    /// New chance in a new millisecond, else the next number, also when the clock goes back.
    mutating func advance(to now: Int64) {
        if now > millisecond {
            // Half the range leaves room to count on.
            self = IdentifierSequence(
                millisecond: now, high: .random(in: 0...UInt16.max / 2), low: .random(in: 0...UInt64.max))
        } else {
            low &+= 1
            if low == 0 { high &+= 1 }
        }
    }

    var text: String {
        var text = [UInt8](repeating: 0, count: 26)
        for index in 0..<10 { text[index] = digit(UInt64(bitPattern: millisecond) >> (5 * (9 - UInt64(index)))) }
        // 80 bits do not fit one word: one character takes bits of both.
        for index in 0..<16 {
            let shift = 5 * (15 - index)
            let lower = shift < 64 ? low >> shift : 0
            let upper = shift < 64 ? (shift > 59 ? UInt64(high) << (64 - shift) : 0) : UInt64(high) >> (shift - 64)
            text[10 + index] = digit(lower | upper)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func digit(_ bits: UInt64) -> UInt8 { IdentifierSequence.digits[Int(bits & 31)] }
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
