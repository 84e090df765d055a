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

    /// This, with what it leaves out taken from `base`.
    func over(_ base: ParameterSource) -> ParameterSource {
        ParameterSource(
            kind: kind ?? base.kind, defaultValue: defaultValue ?? base.defaultValue,
            minimum: minimum ?? base.minimum, maximum: maximum ?? base.maximum, unit: unit ?? base.unit,
            description: description ?? base.description, isDeveloper: isDeveloper ?? base.isDeveloper)
    }

    /// Reports what is wrong with all that is said of it together.
    /// - Parameter place: the parameter's in the nearest file that says something of it.
    func definition(_ place: Place) -> ParameterDefinition {
        let untold = ParameterDefinition(
            kind: kind ?? .string, minimum: minimum, maximum: maximum, unit: unit, description: description ?? "",
            isDeveloper: isDeveloper ?? true)
        check(untold, place)
        return ParameterDefinition(
            kind: untold.kind, defaultValue: readDefault(untold, place), minimum: minimum, maximum: maximum,
            unit: unit, description: untold.description, isDeveloper: untold.isDeveloper)
    }

    private func check(_ parameter: ParameterDefinition, _ place: Place) {
        if parameter.kind != .integer {
            let message = "only an integer has bounds; write 'type: integer'"
            if minimum != nil { place[ParameterFormat.minimum.name].fail(message) }
            if maximum != nil { place[ParameterFormat.maximum.name].fail(message) }
        }
        if let minimum, let maximum, minimum > maximum {
            place[ParameterFormat.minimum.name].fail("it is greater than maximum")
        }
        if !parameter.isDeveloper, defaultValue == nil {
            place[ParameterFormat.developer.name].fail("nobody could set it: give it a default")
        }
    }

    private func readDefault(_ parameter: ParameterDefinition, _ place: Place) -> String? {
        guard let defaultValue else { return nil }
        switch parameter.text(of: defaultValue) {
        case .text(let text): return text
        case .problem(let problem):
            place[ParameterFormat.defaultValue.name].fail(problem)
            return nil
        }
    }
}
