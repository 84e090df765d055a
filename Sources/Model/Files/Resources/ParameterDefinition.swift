public import Core
import Formats

/// What a developer, or only the definition, says of a resource: what the files say, and a default for the rest.
public struct ParameterDefinition: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable { case string, integer, boolean }

    /// What all files together say of it.
    let source: ParameterSource

    init(_ source: ParameterSource) { self.source = source }

    public init(
        kind: Kind = .string, defaultValue: String? = nil, minimum: Int64? = nil, maximum: Int64? = nil,
        unit: String? = nil, description: String = "", isDeveloper: Bool = true,
        isSecret: Bool = false, generatedLength: Int? = nil
    ) {
        source = ParameterSource(
            kind: kind, defaultValue: defaultValue.map { ParameterDefinition.typed($0, kind) }, minimum: minimum,
            maximum: maximum, unit: unit, description: description, isDeveloper: isDeveloper,
            generate: generatedLength == nil ? nil : .password, length: generatedLength, isSecret: isSecret)
    }

    public var kind: Kind { source.kind ?? .string }
    /// As text; nil: it must be given.
    public var defaultValue: String? {
        guard let value = source.defaultValue, case .text(let text) = text(of: value) else { return nil }
        return text
    }
    public var minimum: Int64? { source.minimum }
    public var maximum: Int64? { source.maximum }
    /// What an integer counts, such as `GiB`.
    public var unit: String? { source.unit }
    public var description: String { source.description ?? "" }
    /// Whether a `deployd.yaml` may set it.
    public var isDeveloper: Bool { source.isDeveloper ?? (source.generate == nil) }
    /// Whether it is shown to nobody.
    public var isSecret: Bool { source.generate != nil || source.isSecret == true }
    /// How many characters it gets where it is made up; nil where it is not.
    public var generatedLength: Int? {
        source.generate == nil ? nil : source.length ?? ParameterSource.defaultLength
    }

    public static func == (one: ParameterDefinition, other: ParameterDefinition) -> Bool {
        one.source === other.source
            || (one.kind, one.defaultValue, one.minimum, one.maximum)
                == (other.kind, other.defaultValue, other.minimum, other.maximum)
                && (one.unit, one.description, one.isDeveloper) == (other.unit, other.description, other.isDeveloper)
                && (one.isSecret, one.generatedLength) == (other.isSecret, other.generatedLength)
    }

    /// Whether whoever requires the slug has to give it.
    public var isRequired: Bool { defaultValue == nil && generatedLength == nil }

    /// A value as text.
    /// - Returns: the text, or what is wrong with the value.
    func text(of value: JSONValue) -> Checked {
        switch (kind, value) {
        case (.string, .string(let text)): .text(text)
        // Written without quotes where text is asked for, e.g. `memory: 512`.
        case (.string, .integer), (.string, .bool): .text(value.text)
        case (.boolean, .bool(let value)): .text(value ? "true" : "false")
        // YAML 1.1's words for it, which are strings until a boolean is asked for.
        case (.boolean, .string(let word)) where ["yes", "on"].contains(word.lowercased()): .text("true")
        case (.boolean, .string(let word)) where ["no", "off"].contains(word.lowercased()): .text("false")
        case (.integer, .integer(let number)) where isWithinBounds(number): .text(String(number))
        default: .problem("expected \(expected)" + (isSecret ? "" : ", found \(ParameterDefinition.shown(value))"))
        }
    }

    /// A value that came out of a text with references.
    func text(ofText text: String) -> Checked {
        switch kind {
        case .string: .text(text)
        case .boolean: self.text(of: text == "true" || text == "false" ? .bool(text == "true") : .string(text))
        case .integer: self.text(of: Int64(text).map(JSONValue.integer) ?? .string(text))
        }
    }

    enum Checked: Equatable {
        case text(String)
        case problem(String)
    }

    private func isWithinBounds(_ number: Int64) -> Bool {
        number >= minimum ?? .min && number <= maximum ?? .max
    }

    private static func shown(_ value: JSONValue) -> String {
        value.string.map { "'\(shortened($0))'" } ?? shortened(value.text)
    }

    private var expected: String {
        switch kind {
        case .string: "text"
        case .boolean: "true or false"
        case .integer:
            switch (minimum, maximum) {
            case (let low?, let high?): "a whole number from \(low) to \(high)\(suffix)"
            case (let low?, nil): "a whole number of at least \(low)\(suffix)"
            case (nil, let high?): "a whole number of at most \(high)\(suffix)"
            case (nil, nil): "a whole number\(suffix)"
            }
        }
    }

    private var suffix: String { unit.map { " (\($0))" } ?? "" }

    /// For editors and clients (JSON Schema, draft 2020-12).
    public var schema: JSONValue {
        var members: [String: JSONValue] = ["type": .string(kind.rawValue)]
        if !description.isEmpty || unit != nil { members["description"] = .string("\(description)\(suffix)") }
        members["minimum"] = minimum.map(JSONValue.integer)
        members["maximum"] = maximum.map(JSONValue.integer)
        if !isSecret { members["default"] = defaultValue.map { ParameterDefinition.typed($0, kind) } }
        if isSecret { members["writeOnly"] = true }
        if !isDeveloper { members["readOnly"] = true }
        return .object(members)
    }

    private static func typed(_ text: String, _ kind: Kind) -> JSONValue {
        switch kind {
        case .string: .string(text)
        case .boolean: .bool(text == "true")
        case .integer: Int64(text).map(JSONValue.integer) ?? .string(text)
        }
    }
}
