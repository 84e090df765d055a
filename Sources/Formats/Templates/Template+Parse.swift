/// What is wrong with a text that should be a template.
public struct TemplateError: Error, Sendable, Hashable {
    public let message: String
    /// In code points.
    public let offset: Int
}

extension Template {
    /// Reads a template.
    /// - Throws: `TemplateError` for the first thing that is wrong.
    public init(_ text: String) throws(TemplateError) {
        let (template, errors) = Template.parse(text)
        if let first = errors.first { throw first }
        self = template
    }

    /// Reads a template as far as it goes.
    /// - Returns: what could be read, and what is wrong, up to `Diagnostics.limit` things.
    public static func parse(_ text: String) -> (template: Template, errors: [TemplateError]) {
        var parser = TemplateParser(text)
        parser.parse()
        return (Template(parts: parser.parts), parser.errors)
    }
}

/// Works on bytes, since a text may be long and most have nothing to replace.
private struct TemplateParser {
    private static let start = Array("${".utf8)
    private static let escaped = Array("$${".utf8)

    private let bytes: [UInt8]
    private var index = 0
    /// Where the literal begins that is read now.
    private var literalStart = 0
    private var literal = ""
    /// Code points up to `counted`.
    private var offset = 0
    private var counted = 0
    private(set) var parts: [Template.Part] = []
    private(set) var errors: [TemplateError] = []

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func parse() {
        while let dollar = bytes[index...].firstIndex(of: UInt8(ascii: "$")) {
            index = dollar
            if bytes[index...].starts(with: TemplateParser.escaped) {
                endLiteral(at: index)
                literal += "${"
                index += TemplateParser.escaped.count
                literalStart = index
            } else if bytes[index...].starts(with: TemplateParser.start) {
                reference()
            } else {
                index += 1
            }
        }
        endLiteral(at: bytes.count)
        flush()
    }

    private mutating func reference() {
        let start = index
        endLiteral(at: start)
        let inside = bytes[(start + TemplateParser.start.count)...]
        guard let end = inside.firstIndex(of: UInt8(ascii: "}")) else {
            fail("'${' has no '}'; '$${' writes a literal '${'", at: start)
            index = bytes.count
            literalStart = index
            return
        }
        index = end + 1
        literalStart = index
        let inner = inside[..<end]
        guard let target = Reference.Target(inner) else {
            let shown = shortened(text(inner))
            let rule = "write names joined by dots between '${' and '}', or '$${' for a literal '${'"
            fail("'${\(shown)}' is not a reference; \(rule)", at: start)
            return
        }
        flush()
        parts.append(.reference(Reference(target, offset: codePoints(before: start))))
    }

    private mutating func fail(_ message: String, at index: Int) {
        guard errors.count < Diagnostics.limit else { return }
        errors.append(TemplateError(message: message, offset: codePoints(before: index)))
    }

    /// - Parameter index: not less than in the call before.
    private mutating func codePoints(before index: Int) -> Int {
        offset += bytes[counted..<index].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        counted = index
        return offset
    }

    private mutating func endLiteral(at end: Int) {
        literal += text(bytes[literalStart..<end])
    }

    private mutating func flush() {
        guard !literal.isEmpty else { return }
        parts.append(.literal(literal))
        literal = ""
    }
}

extension Reference.Target {
    /// - Returns: nil unless it is names of letters, digits, `_` and `-` joined by dots, or a scheme of letters with
    ///   something after its colon.
    fileprivate init?(_ inner: ArraySlice<UInt8>) {
        if let colon = inner.firstIndex(of: UInt8(ascii: ":")) {
            let scheme = inner[..<colon]
            let argument = inner[(colon + 1)...]
            guard !scheme.isEmpty, scheme.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }),
                !argument.isEmpty, argument.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
            else { return nil }
            self = .scheme(text(scheme), text(argument))
            return
        }
        let names = inner.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard names.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isNamePart) }) else { return nil }
        self = .path(names.map(text))
    }
}

private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

private func isNamePart(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
}
