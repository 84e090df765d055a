import Core
import Formats

/// What one file says of a parameter. What it leaves out, the definition that it extends says; else the default counts.
///
/// A class, since it is large and handed around for each of thousands.
final class ParameterSource: Sendable {
    enum Generation: String, Sendable, CaseIterable { case password }

    static let defaultLength = 32

    let kind: ParameterDefinition.Kind?
    let defaultValue: JSONValue?
    let minimum: Int64?
    let maximum: Int64?
    let unit: String?
    let description: String?
    let isDeveloper: Bool?
    let generate: Generation?
    let length: Int?
    let isSecret: Bool?

    init(
        kind: ParameterDefinition.Kind?, defaultValue: JSONValue?, minimum: Int64?, maximum: Int64?, unit: String?,
        description: String?, isDeveloper: Bool?, generate: Generation?, length: Int?, isSecret: Bool?
    ) {
        self.kind = kind
        self.defaultValue = defaultValue
        self.minimum = minimum
        self.maximum = maximum
        self.unit = unit
        self.description = description
        self.isDeveloper = isDeveloper
        self.generate = generate
        self.length = length
        self.isSecret = isSecret
    }

    /// This, with what it leaves out taken from `base`. A default and a generated value replace each other.
    func over(_ base: ParameterSource) -> ParameterSource {
        let isFixed = generate == nil && defaultValue != nil
        return ParameterSource(
            kind: kind ?? base.kind, defaultValue: generate == nil ? defaultValue ?? base.defaultValue : defaultValue,
            minimum: minimum ?? base.minimum, maximum: maximum ?? base.maximum, unit: unit ?? base.unit,
            description: description ?? base.description, isDeveloper: isDeveloper ?? base.isDeveloper,
            generate: isFixed ? nil : generate ?? base.generate, length: isFixed ? length : length ?? base.length,
            isSecret: isSecret ?? base.isSecret)
    }
}
