import Core
import Testing

@Suite struct JSONParseTests {
    static let values: [(text: String, value: JSONValue)] = [
        ("null", nil), (" true\t", true), ("\r\nfalse\n", false), ("\"\"", ""), ("[]", []), ("{ }", [:]),
        ("0", 0), ("-0", 0), ("9223372036854775807", 9_223_372_036_854_775_807),
        ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("1.0", .number(1)), ("-0.5e-1", .number(-0.05)), ("1E+2", .number(100)), ("1e-400", .number(0)),
        (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{08}\u{0C}\n\r\t")),
        (#""\u0041\u00e9\u20AC\ud83d\ude80\u0000""#, .string("Aé€🚀\0")),
        ("\"é€🚀\u{7F}\u{2028}\"", .string("é€🚀\u{7F}\u{2028}")),
        (#"{"a":[1,{"b":null}],"":"x", "c" : {} }"#, ["a": [1, ["b": nil]], "": "x", "c": [:]]),
        ("[[[[]]],[]]", [[[[]]], []]),
    ]

    @Test func readsValues() throws {
        for (text, value) in Self.values { #expect(try JSONValue.parse(text) == value) }
    }

    static let errors: [(text: String, error: String)] = [
        ("", "byte 0: the text ends where a value should be"), ("  ", "byte 2: the text ends where a value should be"),
        ("nul", "byte 0: expected 'null'"), ("True", "byte 0: expected a value"), ("'a'", "byte 0: expected a value"),
        ("1 2", "byte 2: unexpected text after the value"), ("[1]]", "byte 3: unexpected text after the value"),
        ("[1,]", "byte 3: expected a value"), ("[1 2]", "byte 3: expected ',' or ']'"),
        ("[1", "byte 2: expected ',' or ']'"), ("[", "byte 1: the text ends where a value should be"),
        ("{\"a\" 1}", "byte 5: expected ':'"), ("{a:1}", "byte 1: expected a key in quotes"),
        ("{\"a\":1,}", "byte 7: expected a key in quotes"), ("{\"a\":1", "byte 6: expected ',' or '}'"),
        ("{\"a\":1,\"a\":2}", "byte 12: repeated key"), ("{\"a\":1,\"\\u0061\":2}", "byte 17: repeated key"),
        ("01", "byte 0: a number must not begin with 0"), ("-", "byte 0: expected a value"),
        ("+1", "byte 0: expected a value"), (".5", "byte 0: expected a value"),
        ("1.", "byte 2: a digit must follow '.'"), ("1e", "byte 2: a digit must follow the exponent"),
        ("1e400", "byte 5: a number out of range"), ("NaN", "byte 0: expected a value"),
        ("\"abc", "byte 4: the string does not end"), ("\"\\", "byte 2: the string does not end"),
        ("\"a\nb\"", "byte 2: a control character in a string"), ("\"\\x\"", "byte 3: an unknown escape"),
        ("\"\\u12g4\"", "byte 3: \\u needs four hexadecimal digits"),
        ("\"\\u12", "byte 3: \\u needs four hexadecimal digits"), ("\"\\ud800\"", "byte 7: half a surrogate pair"),
        ("\"\\ud800\\u0041\"", "byte 13: half a surrogate pair"), ("\"\\udc00\"", "byte 7: half a surrogate pair"),
        (String(repeating: "[", count: 65), "byte 64: nested more than 64 deep"),
        (String(repeating: "{\"\":", count: 65), "byte 256: nested more than 64 deep"),
        ("\u{FEFF}1", "byte 0: expected a value"),
    ]

    @Test func saysWhatIsWrongAndWhere() {
        for (text, expected) in Self.errors {
            let error = #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(text) }
            #expect(error?.description == expected, "\(text)")
        }
        let badUTF8: [[UInt8]] = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3]]
        for bytes in badUTF8 {
            let error = #expect(throws: JSONSyntaxError.self) { try JSONValue.parse([0x22] + bytes + [0x22]) }
            #expect(error?.message == "not valid UTF-8")
        }
    }

    @Test func nestsAsDeepAsAllowed() throws {
        let text = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try JSONValue.parse(text).text == text)
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse("[[]]".utf8, depth: 1) }
    }

    @Test func writesCompactSortedText() {
        let value: JSONValue = [
            "b": [nil, true, false, 1, .number(0.5), .number(1e300), .number(-0.0), .number(.infinity)],
            "a": "q\"\\/\n\r\t\u{01}é\u{7F}", "": [:],
        ]
        #expect(
            value.text == #"{"":{},"a":"q\"\\/\n\r\t\u0001é"# + "\u{7F}"
                + #"","b":[null,true,false,1,0.5,1e+300,-0.0,null]}"#)
    }

    /// Random values come back as they were; random damage gives an error or another value, never a stop.
    @Test(arguments: [1, 2, 3] as [UInt64]) func readsBackWhatItWrites(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let value = JSONValue.random(depth: 4, using: &random)
            let bytes = value.bytes
            try #require(try JSONValue.parse(bytes) == value)
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) { damage(&damaged, using: &random) }
            guard let other = try? JSONValue.parse(damaged) else { continue }
            try #require(try JSONValue.parse(other.bytes) == other)
        }
    }

    private func damage(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        guard let index = bytes.indices.randomElement(using: &random) else { return }
        let interesting = Array("{}[]\",:\\u0e-.ntf \u{01}".utf8) + [0x80, 0xC3, 0xED, 0xFF]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.remove(at: index)
        case 1: bytes[index] = interesting.randomElement(using: &random) ?? 0
        case 2: bytes.insert(interesting.randomElement(using: &random) ?? 0, at: index)
        default: bytes.removeLast(bytes.count - index)
        }
    }

    @Test func givesPartsByKeyAndIndex() {
        #expect(JSONValue.null.isNull && JSONValue.array([1])[0] == 1 && JSONValue.array([1])[1] == nil)
        #expect(JSONValue.object(["a": "b"])["a"]?.string == "b" && JSONValue.bool(true)["a"] == nil)
    }
}

extension JSONValue {
    static func random(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64(bitPattern: random.next()))
        case 3: return .integer(Int64.random(in: -1000...1000, using: &random))
        case 4:
            let value = Double(bitPattern: random.next())
            return value.isFinite ? .number(value) : .number(0.1)
        case 5: return .string(text(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            let members = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                (text(using: &random), JSONValue.random(depth: depth - 1, using: &random))
            }
            return .object(Dictionary(members, uniquingKeysWith: { _, last in last }))
        }
    }

    private static func text(using random: inout SeededGenerator) -> String {
        let scalars = ["a", "\"", "\\", "/", "\n", "\0", "\u{1F}", "\u{7F}", "é", "\u{FFFD}", "€", "🚀", "\u{10FFFF}"]
        return (0..<Int.random(in: 0..<12, using: &random)).map { _ in scalars.randomElement(using: &random) ?? "" }
            .joined()
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
