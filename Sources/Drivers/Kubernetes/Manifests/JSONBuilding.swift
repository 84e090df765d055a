import Core

extension JSONValue {
    static func integer(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map(JSONValue.string)) }

    static func strings(_ values: [String: String]) -> JSONValue { .object(values.mapValues(JSONValue.string)) }

    /// An object of those members that there are: neither nil nor null, which a literal `nil` may be either of.
    static func members(_ members: [String: JSONValue?]) -> JSONValue {
        .object(members.compactMapValues(\.self).filter { !$0.value.isNull })
    }
}

extension Duration {
    /// Whole ones, rounded up, for what counts in seconds.
    var wholeSeconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
