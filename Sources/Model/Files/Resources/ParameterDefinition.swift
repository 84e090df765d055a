public import Core
import Formats

/// What a developer, or only the definition, says of a resource.
public struct ParameterDefinition: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable { case string, integer, boolean }

    public let kind: Kind
    /// As text; nil: it must be given.
    public let defaultValue: String?
    public let minimum: Int64?
    public let maximum: Int64?
    /// What an integer counts, such as `GiB`.
    public let unit: String?
    public let description: String
    /// Whether a `deployd.yaml` may set it.
    public let isDeveloper: Bool
    /// Whether it is shown to nobody.
    public let isSecret: Bool
    /// How many characters it gets where it is made up; nil where it is not.
    public let generatedLength: Int?

    public init(
        kind: Kind = .string, defaultValue: String? = nil, minimum: Int64? = nil, maximum: Int64? = nil,
        unit: String? = nil, description: String = "", isDeveloper: Bool = true,
        isSecret: Bool = false, generatedLength: Int? = nil
    ) {
        self.kind = kind
        self.defaultValue = defaultValue
        self.minimum = minimum
        self.maximum = maximum
        self.unit = unit
        self.description = description
        self.isDeveloper = isDeveloper
        self.isSecret = isSecret
        self.generatedLength = generatedLength
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
        if !isSecret { members["default"] = defaultValue.map(typed) }
        if isSecret { members["writeOnly"] = true }
        if !isDeveloper { members["readOnly"] = true }
        return .object(members)
    }

    private func typed(_ text: String) -> JSONValue {
        switch kind {
        case .string: .string(text)
        case .boolean: .bool(text == "true")
        case .integer: Int64(text).map(JSONValue.integer) ?? .string(text)
        }
    }
}
