import Core
import Formats

/// An entry of a definition's `parameters:`.
enum ParameterFormat {
    private static let kind = Field("type", Shape<ParameterDefinition.Kind>.choice(), "What it is; default string")
    private static let defaultValue = Field(
        "default", .withoutReferences, "What it is where nobody says; without one it must be given")
    private static let minimum = Field("minimum", .integer(.min ... .max), "The least, of an integer")
    private static let maximum = Field("maximum", .integer(.min ... .max), "The most, of an integer")
    private static let unit = Field("unit", .string, "What an integer counts, such as GiB")
    private static let description = Field("description", .string, "One sentence for developers")
    private static let developer = Field("developer", .boolean, "Whether a developer may set it; default true")

    static let shape = Shape<ParameterDefinition>.mapping([
        kind, defaultValue, minimum, maximum, unit, description, developer,
        UnbuiltField("generate", "How its value is made up"),
        UnbuiltField("length", "The length of a value that is made up"),
        UnbuiltField("secret", "Whether it must not be shown"),
    ]) { reader in
        let untold = ParameterDefinition(
            kind: reader[kind] ?? .string, minimum: reader[minimum], maximum: reader[maximum], unit: reader[unit],
            description: reader[description] ?? "", isDeveloper: reader[developer] ?? true)
        check(untold, reader)
        return ParameterDefinition(
            kind: untold.kind, defaultValue: readDefault(untold, reader), minimum: untold.minimum,
            maximum: untold.maximum, unit: untold.unit, description: untold.description,
            isDeveloper: untold.isDeveloper)
    }

    private static func check(_ parameter: ParameterDefinition, _ reader: MappingReader) {
        for bound in [minimum, maximum] where reader.has(bound) && parameter.kind != .integer {
            reader.place(of: bound).fail("only an integer has bounds; write 'type: integer'")
        }
        if let low = parameter.minimum, let high = parameter.maximum, low > high {
            reader.place(of: minimum).fail("it is greater than maximum")
        }
        if !parameter.isDeveloper, !reader.has(defaultValue) {
            reader.place(of: developer).fail("nobody could set it: give it a default")
        }
    }

    private static func readDefault(_ parameter: ParameterDefinition, _ reader: MappingReader) -> String? {
        guard let value = reader[defaultValue] else { return nil }
        switch parameter.text(of: value) {
        case .text(let text): return text
        case .problem(let problem):
            reader.place(of: defaultValue).fail(problem)
            return nil
        }
    }
}
