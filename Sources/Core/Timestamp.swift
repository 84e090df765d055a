import Glibc

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }
    /// Held at the ends of the range where it would pass them.
    public init(seconds: Int64) {
        microseconds = saturating(seconds.multipliedReportingOverflow(by: 1_000_000), seconds)
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        let amount = duration.microseconds
        return Timestamp(
            microseconds: saturating(moment.microseconds.addingReportingOverflow(amount), amount))
    }

    public static func - (a: Timestamp, b: Timestamp) -> Duration {
        // Duration's own arithmetic is wider than 64 bits.
        .microseconds(a.microseconds) - .microseconds(b.microseconds)
    }

    /// RFC 3339 in UTC with microseconds, e.g. `2026-01-31T12:00:00.123456Z`.
    public var description: String { rfc3339 }

    public var rfc3339: String {
        String(unsafeUninitializedCapacity: 40) { write(rfc3339: $0) }
    }

    /// Appends the same text.
    public func write(to output: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 40) { buffer in
            output.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[..<write(rfc3339: buffer)]))
        }
    }

    /// - Returns: how many of the 40 bytes were written.
    private func write(rfc3339 buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let (date, time) = fields
        var text = DigitWriter(buffer)
        text.write(date.year, width: 4, end: "-")
        text.write(date.month, width: 2, end: "-")
        text.write(date.day, width: 2, end: "T")
        text.write(time.hour, width: 2, end: ":")
        text.write(time.minute, width: 2, end: ":")
        text.write(time.second, width: 2, end: ".")
        text.write(time.microsecond, width: 6, end: "Z")
        return text.count
    }

    /// As file names and versions have it: `20260131T120000Z`.
    public var compact: String {
        let (date, time) = fields
        return String(unsafeUninitializedCapacity: 40) { buffer in
            var text = DigitWriter(buffer)
            text.write(date.year, width: 4)
            text.write(date.month, width: 2)
            text.write(date.day, width: 2, end: "T")
            text.write(time.hour, width: 2)
            text.write(time.minute, width: 2)
            text.write(time.second, width: 2, end: "Z")
            return text.count
        }
    }

    /// Reads RFC 3339 with any offset; decimals of a second beyond six are cut off. Nil when it is anything else, or no
    /// day of the calendar.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var rest = bytes[19...]
        var microsecond: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty, let value = number(digits.prefix(6)) else { return nil }
            microsecond = (digits.count..<max(6, digits.count)).reduce(value) { total, _ in total * 10 }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Timestamp.offset(rest) else { return nil }
        let days = daysFromCivil(year: year, month: month, day: day)
        guard civil(days: days) == (year, month, day) else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(microseconds: seconds * 1_000_000 + microsecond)
    }

    /// Seconds east of UTC that `Z` or `+02:00` says.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        if text.elementsEqual([UInt8(ascii: "Z")]) || text.elementsEqual([UInt8(ascii: "z")]) { return 0 }
        let bytes = Array(text)
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let hours = number(bytes[1..<3]),
            let minutes = number(bytes[4..<6]), hours < 24, minutes < 60
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }

    private var fields:
        (
            date: (year: Int64, month: Int64, day: Int64),
            time: (hour: Int64, minute: Int64, second: Int64, microsecond: Int64)
        )
    {
        let (seconds, microsecond) = floored(microseconds, by: 1_000_000)
        let (days, rest) = floored(seconds, by: 86_400)
        return (civil(days: days), (rest / 3600, rest / 60 % 60, rest % 60, microsecond))
    }
}

extension Duration {
    /// Held at the ends of the range where it would pass them: a time limit of centuries is no reason to stop.
    public var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let whole = seconds.multipliedReportingOverflow(by: 1_000_000)
        if whole.overflow { return saturating(whole, seconds) }
        return saturating(
            whole.partialValue.addingReportingOverflow(attoseconds / 1_000_000_000_000), seconds)
    }

    public var milliseconds: Int64 { microseconds / 1000 }
}

private func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// The result, or where it overflowed the end of the range on `direction`'s side.
private func saturating(_ result: (partialValue: Int64, overflow: Bool), _ direction: Int64) -> Int64 {
    guard result.overflow else { return result.partialValue }
    return direction < 0 ? .min : .max
}

/// Writes numbers with leading zeros, each with what follows it.
private struct DigitWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    mutating func write(_ value: Int64, width: Int, end: Unicode.Scalar? = nil) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var (digits, probe) = (1, value.magnitude)
        while probe >= 10 { (digits, probe) = (digits + 1, probe / 10) }
        var rest = value.magnitude
        for place in (0..<max(digits, width)).reversed() {
            buffer[count + place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        count += max(digits, width)
        if let end { append(UInt8(ascii: end)) }
    }

    private mutating func append(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
    }
}

private func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    return value
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
private func daysFromCivil(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floored(shifted, by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

private func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floored(days + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}
