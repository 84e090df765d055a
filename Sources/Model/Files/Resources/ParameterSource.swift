import Core
import Formats

/// What one file says of a parameter. What it leaves out, the definition that it extends says; else the default counts.
struct ParameterSource: Sendable, Equatable {
    var kind: ParameterDefinition.Kind?
    var defaultValue: JSONValue?
    var minimum: Int64?
    var maximum: Int64?
    var unit: String?
    var description: String?
    var isDeveloper: Bool?
    var generate: Generation?
    var length: Int?
    var isSecret: Bool?

    enum Generation: String, Sendable, CaseIterable { case password }

    static let defaultLength = 32

    /// This, with what it leaves out taken from `base`. A default and a generated value replace each other.
    func over(_ base: ParameterSource) -> ParameterSource {
        var merged = ParameterSource(
            kind: kind ?? base.kind, defaultValue: defaultValue ?? base.defaultValue,
            minimum: minimum ?? base.minimum, maximum: maximum ?? base.maximum, unit: unit ?? base.unit,
            description: description ?? base.description, isDeveloper: isDeveloper ?? base.isDeveloper,
            generate: generate ?? base.generate, length: length ?? base.length, isSecret: isSecret ?? base.isSecret)
        if generate != nil {
            merged.defaultValue = defaultValue
        } else if defaultValue != nil {
            (merged.generate, merged.length) = (nil, length)
        }
        return merged
    }

    /// Reports what is wrong with all that is said of it together.
    /// - Parameter place: the parameter's in the nearest file, which costs something to find.
    func definition(_ place: () -> Place) -> ParameterDefinition {
        let isGenerated = generate != nil
        let untold = ParameterDefinition(
            kind: kind ?? .string, minimum: minimum, maximum: maximum, unit: unit, description: description ?? "",
            isDeveloper: isDeveloper ?? !isGenerated, isSecret: isGenerated || isSecret == true,
            generatedLength: isGenerated ? length ?? ParameterSource.defaultLength : nil)
        check(untold, place)
        return ParameterDefinition(
            kind: untold.kind, defaultValue: readDefault(untold, place), minimum: minimum, maximum: maximum,
            unit: unit, description: untold.description, isDeveloper: untold.isDeveloper,
            isSecret: untold.isSecret, generatedLength: untold.generatedLength)
    }

    private func check(_ parameter: ParameterDefinition, _ place: () -> Place) {
        if parameter.kind != .integer {
            let message = "only an integer has bounds; write 'type: integer'"
            if minimum != nil { place()[ParameterFormat.minimum.name].fail(message) }
            if maximum != nil { place()[ParameterFormat.maximum.name].fail(message) }
        }
        if let minimum, let maximum, minimum > maximum {
            place()[ParameterFormat.minimum.name].fail("\(minimum) is greater than the maximum, \(maximum)")
        }
        if !parameter.isDeveloper, defaultValue == nil, generate == nil {
            place()[ParameterFormat.developer.name].fail("nobody could set it: give it a default")
        }
        checkGeneration(parameter, place)
    }

    private func checkGeneration(_ parameter: ParameterDefinition, _ place: () -> Place) {
        guard generate != nil else {
            if length != nil {
                place()[ParameterFormat.length.name].fail(
                    "only a value that is made up has a length; write 'generate: password'")
            }
            return
        }
        if parameter.kind != .string { place()[ParameterFormat.kind.name].fail("a password is a string") }
        if defaultValue != nil { place()[ParameterFormat.defaultValue.name].fail("write either default or generate") }
        if parameter.isDeveloper {
            place()[ParameterFormat.developer.name].fail("nobody sets a value that is made up; leave it out")
        }
        if isSecret == false {
            place()[ParameterFormat.secret.name].fail("a password is always secret; leave it out")
        }
    }

    private func readDefault(_ parameter: ParameterDefinition, _ place: () -> Place) -> String? {
        guard let defaultValue else { return nil }
        // Nothing lies between bounds that exclude each other, which is said already.
        if let minimum, let maximum, minimum > maximum { return nil }
        switch parameter.text(of: defaultValue) {
        case .text(let text): return text
        case .problem(let problem):
            place()[ParameterFormat.defaultValue.name].fail(problem)
            return nil
        }
    }
}
