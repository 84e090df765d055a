/// What is wrong with a JSON text, and at which byte.
public struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    public let message: String
    public let offset: Int
    public var description: String { "byte \(offset): \(message)" }
}

extension JSONValue {
    /// Reads one JSON text (RFC 8259), strictly: no trailing bytes, no repeated keys, valid UTF-8.
    /// - Parameter depth: how deeply arrays and objects may nest.
    /// - Throws: `JSONSyntaxError`.
    public static func parse(_ bytes: some Sequence<UInt8>, depth: Int = 64) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: Array(bytes), maximumDepth: depth)
        return try parser.document()
    }

    public static func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue { try parse(text.utf8) }
}

private struct JSONParser {
    let bytes: [UInt8]
    let maximumDepth: Int
    var offset = 0
    var depth = 0

    init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        skipSpace()
        let value = try value()
        skipSpace()
        guard offset == bytes.count else { throw fail("unexpected text after the value") }
        return value
    }

    private func fail(_ message: String) -> JSONSyntaxError { JSONSyntaxError(message: message, offset: offset) }
    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): try nested { parser throws(JSONSyntaxError) in try parser.object() }
        case UInt8(ascii: "["): try nested { parser throws(JSONSyntaxError) in try parser.array() }
        case UInt8(ascii: "\""): .string(try string())
        case UInt8(ascii: "t"): try literal("true", .bool(true))
        case UInt8(ascii: "f"): try literal("false", .bool(false))
        case UInt8(ascii: "n"): try literal("null", .null)
        case nil: throw fail("the text ends where a value should be")
        default: try number()
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONSyntaxError) -> JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        depth += 1
        guard depth <= maximumDepth else { throw fail("nested more than \(maximumDepth) deep") }
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func literal(_ word: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        guard bytes[offset...].starts(with: word.utf8) else { throw fail("expected '\(word)'") }
        offset += word.utf8.count
        return value
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONValue {
        offset += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if next == UInt8(ascii: "}") {
            offset += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fail("expected a key in quotes") }
            let key = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw fail("expected ':'") }
            offset += 1
            skipSpace()
            guard members.updateValue(try value(), forKey: key) == nil else { throw fail("repeated key") }
            skipSpace()
            guard try more(until: UInt8(ascii: "}")) else { return .object(members) }
        }
    }

    private mutating func array() throws(JSONSyntaxError) -> JSONValue {
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            offset += 1
            return .array(elements)
        }
        while true {
            skipSpace()
            elements.append(try value())
            skipSpace()
            guard try more(until: UInt8(ascii: "]")) else { return .array(elements) }
        }
    }

    /// Takes the `,` before another element (true) or the closing `end` (false).
    private mutating func more(until end: UInt8) throws(JSONSyntaxError) -> Bool {
        guard next == UInt8(ascii: ",") || next == end else {
            throw fail("expected ',' or '\(Character(UnicodeScalar(end)))'")
        }
        offset += 1
        return bytes[offset - 1] != end
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        if next == UInt8(ascii: "\"") {
            let text = try utf8(bytes[start..<offset])
            offset += 1
            return text
        }
        var content = Array(bytes[start..<offset])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return try utf8(content[...])
            case UInt8(ascii: "\\"): try escape(into: &content)
            case 0..<0x20: throw fail("a control character in a string")
            default:
                content.append(byte)
                offset += 1
            }
        }
        throw fail("the string does not end")
    }

    private func utf8(_ content: ArraySlice<UInt8>) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else { throw fail("not valid UTF-8") }
        return text
    }

    private mutating func escape(into content: inout [UInt8]) throws(JSONSyntaxError) {
        offset += 1
        guard let kind = next else { throw fail("the string does not end") }
        offset += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(kind)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: Array(String(try codePoint()).utf8))
        default: throw fail("an unknown escape")
        }
    }

    private mutating func codePoint() throws(JSONSyntaxError) -> Unicode.Scalar {
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(UInt32(unit)) { return scalar }
        guard unit < 0xDC00, bytes[offset...].starts(with: "\\u".utf8) else { throw fail("half a surrogate pair") }
        offset += 2
        let low = try codeUnit()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        else { throw fail("half a surrogate pair") }
        return scalar
    }

    private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
        let digits = bytes[offset...].prefix(4)
        guard digits.count == 4, digits.allSatisfy(isHexadecimal),
            let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fail("\\u needs four hexadecimal digits") }
        offset += 4
        return value
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = offset
        if next == UInt8(ascii: "-") { offset += 1 }
        let leading = next
        let whole = skipDigits()
        guard whole > 0 else {
            offset = start
            throw fail("expected a value")
        }
        guard whole == 1 || leading != UInt8(ascii: "0") else {
            offset = start
            throw fail("a number must not begin with 0")
        }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            offset += 1
            isWhole = false
            guard skipDigits() > 0 else { throw fail("a digit must follow '.'") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            isWhole = false
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            guard skipDigits() > 0 else { throw fail("a digit must follow the exponent") }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw fail("a number out of range") }
        return .number(value)
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        return offset - start
    }
}

private func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"):
        true
    default: false
    }
}
