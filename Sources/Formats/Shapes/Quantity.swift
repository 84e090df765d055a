/// Amounts with units, as people write them. Each is nil for text of another form, and for what does not fit.
public enum Quantity {
    /// `250ms`, `5s`, `10m`, `2h`, `1d`, and sums like `1h30m`, the largest unit first.
    public static func duration(_ text: String) -> Duration? {
        let units: [(name: String, milliseconds: Int64)] = [
            ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
        ]
        var rest = text.utf8[...]
        var total: Int64 = 0
        var smallest = Int64.max
        while !rest.isEmpty {
            let digits = rest.prefix(while: isDigit)
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { !isDigit($0) }
            rest = rest.dropFirst(letters.count)
            guard let number = Int64(String(decoding: digits, as: UTF8.self)),
                let unit = units.first(where: { $0.name.utf8.elementsEqual(letters) }), unit.milliseconds < smallest
            else { return nil }
            let (amount, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
            let (sum, carry) = total.addingReportingOverflow(amount)
            guard !overflow, !carry else { return nil }
            (total, smallest) = (sum, unit.milliseconds)
        }
        return text.isEmpty ? nil : .milliseconds(total)
    }

    /// Thousandths of a processor: `500m`, `2`, `0.5`.
    public static func cpu(_ text: String) -> Int64? {
        text.hasSuffix("m") ? whole(text.dropLast()) : decimal(text[...], times: 1000)
    }

    /// Bytes: `268435456`, `256Mi`, `1.5G`; the suffixes are Kubernetes' (k, M, G, T and Ki, Mi, Gi, Ti).
    public static func memory(_ text: String) -> Int64? {
        let units: [(name: String, bytes: Int64)] = [
            ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40),
            ("k", 1000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000),
        ]
        guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return whole(text[...]) }
        return decimal(text.dropLast(unit.name.count), times: unit.bytes)
    }

    private static func whole(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy(isDigit) ? Int64(text) : nil
    }

    /// `1.5` times a factor, if that is whole.
    private static func decimal(_ text: Substring, times factor: Int64) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let number = whole(parts[0]) else { return nil }
        let (large, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        guard parts.count == 2 else { return large }
        guard parts[1].utf8.count <= 6, let fraction = whole(parts[1]) else { return nil }
        let divisor = parts[1].utf8.reduce(Int64(1)) { power, _ in power * 10 }
        let (small, remainder) = (fraction * factor).quotientAndRemainder(dividingBy: divisor)
        let (sum, carry) = large.addingReportingOverflow(small)
        return remainder == 0 && !carry ? sum : nil
    }
}
