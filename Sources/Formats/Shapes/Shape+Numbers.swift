import Core

extension Shape where Value == Int64 {
    /// A whole number within `range`.
    public static func integer(_ range: ClosedRange<Int64>, unit: String? = nil) -> Shape {
        let suffix = unit.map { " (\($0))" } ?? ""
        let expected = "a whole number\(words(range))\(suffix)"
        var json: [String: JSONValue] = ["type": "integer"]
        if range.lowerBound > .min { json["minimum"] = .integer(range.lowerBound) }
        if range.upperBound < .max { json["maximum"] = .integer(range.upperBound) }
        return Shape(.scalar(expected: expected, json: json)) { place in
            guard case .integer(let value)? = place.scalar?.kind, range.contains(value) else {
                return place.fail(expected: expected, hint: place.asNumber)
            }
            return value
        }
    }

    private static func words(_ range: ClosedRange<Int64>) -> String {
        switch (range.lowerBound > .min, range.upperBound < .max) {
        case (true, true): " from \(range.lowerBound) to \(range.upperBound)"
        case (true, false): " of at least \(range.lowerBound)"
        case (false, true): " of at most \(range.upperBound)"
        case (false, false): ""
        }
    }
}

extension Shape where Value == Int {
    /// A TCP port.
    public static let port = Shape<Int64>.integer(1...65535).map { Int($0) }
}

extension Shape where Value == Bool {
    /// `true` or `false`; also YAML 1.1's `yes`, `no`, `on` and `off`, which are strings elsewhere.
    public static let boolean = Shape(.scalar(expected: "true or false", json: ["type": "boolean"])) { place in
        guard let scalar = place.scalar else { return place.fail(expected: "true or false") }
        if case .bool(let value) = scalar.kind { return value }
        let word = scalar.style == .plain && scalar.text.utf8.count <= 3 ? scalar.text.lowercased() : ""
        switch word {
        case "yes", "on": return true
        case "no", "off": return false
        default:
            let isQuoted = ["true", "false", "yes", "no"].contains(scalar.text.lowercased())
            return place.fail(expected: "true or false", hint: isQuoted ? "; leave out the quotes" : "")
        }
    }
}

extension Place {
    /// Why what looks like a number is none.
    fileprivate var asNumber: String {
        guard let scalar, scalar.kind == .string, !scalar.text.isEmpty, scalar.text.utf8.allSatisfy(isDigit) else {
            return ""
        }
        return scalar.style == .plain ? "; leave out the zero before it" : "; leave out the quotes"
    }
}
