import Core
import Formats

/// An entry of a definition's `parameters:`.
enum ParameterFormat {
    static let kind = Field("type", Shape<ParameterDefinition.Kind>.choice(), "What it is; default string")
    static let defaultValue = Field(
        "default", .withoutReferences, "What it is where nobody says; without one it must be given")
    static let minimum = Field("minimum", .integer(.min ... .max), "The least, of an integer")
    static let maximum = Field("maximum", .integer(.min ... .max), "The most, of an integer")
    private static let unit = Field("unit", .string, "What an integer counts, such as GiB")
    private static let description = Field("description", .string, "One sentence for developers")
    static let developer = Field("developer", .boolean, "Whether a developer may set it; default true")

    private static let generate = Field(
        "generate", Shape<ParameterSource.Generation>.choice(),
        "How its value is made up, once for each resource; it is safe in URLs and stays the same")
    static let length = Field(
        "length", .integer(8...512), "How many characters a value that is made up has; default 32")
    static let secret = Field(
        "secret", .boolean, "Whether it is shown to nobody; default false, and always so if it is made up")

    static let shape = Shape<ParameterSource>.mapping([
        kind, defaultValue, minimum, maximum, unit, description, developer,
        generate, length, secret,
    ]) { reader in
        ParameterSource(
            kind: reader[kind], defaultValue: reader[defaultValue], minimum: reader[minimum],
            maximum: reader[maximum], unit: reader[unit], description: reader[description],
            isDeveloper: reader[developer], generate: reader[generate],
            length: reader[length].map { Int($0) }, isSecret: reader[secret])
    }
}
