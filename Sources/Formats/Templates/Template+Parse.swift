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

private struct TemplateParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var literal = String.UnicodeScalarView()
    private(set) var parts: [Template.Part] = []
    private(set) var errors: [TemplateError] = []

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func parse() {
        while index < scalars.count {
            if starts(with: "$${") {
                literal.append(contentsOf: "${".unicodeScalars)
                index += 3
            } else if starts(with: "${") {
                reference()
            } else {
                literal.append(scalars[index])
                index += 1
            }
        }
        flush()
    }

    private mutating func reference() {
        let start = index
        guard let end = scalars[start...].firstIndex(of: "}") else {
            errors.append(TemplateError(message: "'${' has no '}'; '$${' writes a literal '${'", offset: start))
            index = scalars.count
            return
        }
        index = end + 1
        let inner = scalars[(start + 2)..<end]
        guard let target = Reference.Target(inner) else {
            guard errors.count < Diagnostics.limit else { return }
            let shown = shortened(String(String.UnicodeScalarView(inner)))
            let rule = "write names joined by dots between '${' and '}', or '$${' for a literal '${'"
            errors.append(TemplateError(message: "'${\(shown)}' is not a reference; \(rule)", offset: start))
            return
        }
        flush()
        parts.append(.reference(Reference(target, offset: start)))
    }

    private mutating func flush() {
        guard !literal.isEmpty else { return }
        parts.append(.literal(String(literal)))
        literal = String.UnicodeScalarView()
    }

    private func starts(with text: String) -> Bool {
        scalars[index...].starts(with: text.unicodeScalars)
    }
}

extension Reference.Target {
    /// - Returns: nil unless it is names of letters, digits, `_` and `-` joined by dots, or a scheme of letters with
    ///   something after its colon.
    fileprivate init?(_ inner: ArraySlice<Unicode.Scalar>) {
        if let colon = inner.firstIndex(of: ":") {
            let scheme = inner[..<colon]
            let argument = inner[(colon + 1)...]
            guard !scheme.isEmpty, scheme.allSatisfy({ ("a"..."z").contains($0) }), !argument.isEmpty,
                argument.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
            else { return nil }
            self = .scheme(text(scheme), text(argument))
            return
        }
        let names = inner.split(separator: ".", omittingEmptySubsequences: false)
        guard names.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isNamePart) }) else { return nil }
        self = .path(names.map(text))
    }
}

private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }

private func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isASCII else { return false }
    let byte = UInt8(truncatingIfNeeded: scalar.value)
    return isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
}
