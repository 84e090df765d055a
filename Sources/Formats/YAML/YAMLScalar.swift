/// A scalar as it is written, and what that reads as.
public struct YAMLScalar: Sendable, Hashable {
    public enum Style: Sendable, Hashable { case plain, singleQuoted, doubleQuoted, literal, folded }

    /// What a scalar is where nothing else is asked for: YAML's core schema, without the surprises of 1.1. `yes`, `on`
    /// and their like are strings, and so are numbers with leading zeros, digits grouped by `_` or base 60.
    public enum Kind: Sendable, Hashable {
        case null
        case bool(Bool)
        case integer(Int64)
        /// Also integers that do not fit.
        case float(Double)
        case string
    }

    public let text: String
    public let style: Style
    public let kind: Kind
    /// The text stands in the file exactly so, on one line: an offset into it is an offset from its first column.
    public let isVerbatim: Bool

    public init(text: String, style: Style = .plain, tag: String? = nil, isVerbatim: Bool = false) {
        self.text = text
        self.style = style
        self.isVerbatim = isVerbatim
        switch tag {
        case nil: kind = style == .plain ? Kind(plain: text) : .string
        case YAMLTag.string, YAMLTag.nonSpecific: kind = .string
        default: kind = Kind(plain: text)
        }
    }
}

extension YAMLScalar.Kind {
    /// What a plain scalar reads as.
    init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        case ".nan", ".NaN", ".NAN": self = .float(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": self = .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": self = .float(-.infinity)
        default: self = Self.number(text) ?? .string
        }
    }

    private static func number(_ text: String) -> Self? {
        // No number that anybody means is longer; this bounds the work for hostile text.
        guard text.utf8.count <= 64 else { return nil }
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16).flatMap { $0 < 0 ? nil : .integer($0) } }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8).flatMap { $0 < 0 ? nil : .integer($0) } }
        let bytes = Array(text.utf8)
        let unsigned = bytes.first.map { "+-".utf8.contains($0) } == true ? bytes.dropFirst() : bytes[...]
        let whole = unsigned.prefix(while: isDigit)
        guard whole.count < 2 || whole.first != UInt8(ascii: "0") else { return nil }
        if whole.count == unsigned.count, !whole.isEmpty {
            return Int64(text).map(Self.integer) ?? Double(text).map(Self.float)
        }
        return isFloat(unsigned.dropFirst(whole.count), afterDigits: !whole.isEmpty)
            ? Double(text).map(Self.float) : nil
    }

    /// Whether `rest` continues a number as `.5`, `.`, `e3` or `.5e-3` do.
    private static func isFloat(_ rest: ArraySlice<UInt8>, afterDigits: Bool) -> Bool {
        var rest = rest
        var digits = afterDigits
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            digits = digits || !fraction.isEmpty
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard digits else { return false }
        guard let exponent = rest.first else { return true }
        guard exponent == UInt8(ascii: "e") || exponent == UInt8(ascii: "E") else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
