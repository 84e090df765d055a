import Core

extension Shape where Value == Duration {
    /// A duration within `range`.
    public static func duration(_ range: ClosedRange<Duration>) -> Shape {
        quantity(
            "a duration such as 5s, 250ms, 2h or 1d", type: "string",
            pattern: "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
            within: range, show: durationText, parse: Quantity.duration)
    }
}

extension Shape where Value == Int64 {
    /// Processors, in thousandths.
    public static let cpu = quantity(
        "processors such as 2, 0.5 or 500m", type: ["string", "number"], pattern: "^([0-9]+m|[0-9]+([.][0-9]+)?)$",
        numbers: ["exclusiveMinimum": 0], within: 1...1_000_000_000, show: { "\($0)m" }, parse: Quantity.cpu)

    /// Memory, in bytes.
    public static let memory = quantity(
        "an amount such as 256Mi, 1G or 1.5Gi", type: ["string", "integer"],
        pattern: "^([0-9]+|[0-9]+([.][0-9]+)?([KMGT]i|[kMGT]))$",
        numbers: ["minimum": 1], within: 1...(1 << 60), show: { "\($0)" }, parse: Quantity.memory)
}

extension Shape where Value: Comparable {
    fileprivate static func quantity(
        _ expected: String, type: JSONValue, pattern: String, numbers: [String: JSONValue] = [:],
        within range: ClosedRange<Value>,
        show: @escaping @Sendable (Value) -> String, parse: @escaping @Sendable (String) -> Value?
    ) -> Shape {
        let json: [String: JSONValue] = ["type": type, "pattern": .string(pattern)]
        return Shape(.scalar(expected: expected, json: json.merging(numbers) { $1 })) { place in
            guard let scalar = place.scalar, scalar.text.utf8.count <= 64, let value = parse(scalar.text) else {
                return place.fail(expected: expected)
            }
            guard range.contains(value) else {
                let isTooSmall = value < range.lowerBound
                let bound = isTooSmall ? "least \(show(range.lowerBound))" : "most \(show(range.upperBound))"
                place.fail("\(scalar.text): use at \(bound)")
                return nil
            }
            return value
        }
    }
}

/// A duration in the largest unit that gives a whole number.
private func durationText(_ duration: Duration) -> String {
    let milliseconds = duration.milliseconds
    guard milliseconds != 0 else { return "0s" }
    for (name, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)] as [(String, Int64)]
    where milliseconds % size == 0 {
        return "\(milliseconds / size)\(name)"
    }
    return "\(milliseconds)ms"
}
