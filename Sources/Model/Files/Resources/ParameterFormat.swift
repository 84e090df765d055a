import Core
import Formats

/// An entry of a definition's `parameters:`.
enum ParameterFormat {
    private static let kind = Field("type", Shape<ParameterDefinition.Kind>.choice(), "What it is; default string")
    static let defaultValue = Field(
        "default", .withoutReferences, "What it is where nobody says; without one it must be given")
    static let minimum = Field("minimum", .integer(.min ... .max), "The least, of an integer")
    static let maximum = Field("maximum", .integer(.min ... .max), "The most, of an integer")
    private static let unit = Field("unit", .string, "What an integer counts, such as GiB")
    private static let description = Field("description", .string, "One sentence for developers")
    static let developer = Field("developer", .boolean, "Whether a developer may set it; default true")

    static let shape = Shape<ParameterSource>.mapping([
        kind, defaultValue, minimum, maximum, unit, description, developer,
        UnbuiltField("generate", "How its value is made up"),
        UnbuiltField("length", "The length of a value that is made up"),
        UnbuiltField("secret", "Whether it must not be shown"),
    ]) { reader in
        ParameterSource(
            kind: reader[kind], defaultValue: reader[defaultValue], minimum: reader[minimum],
            maximum: reader[maximum], unit: reader[unit], description: reader[description],
            isDeveloper: reader[developer])
    }
}
