import Core
import Formats
import Model

extension CommandEntry {
    static let schema = CommandEntry(
        CommandSpec(
            "schema", summary: "Prints the JSON Schema of a kind of file, for editors (offline)",
            positionals: [
                PositionalSpec("KIND", help: kinds.joined(separator: ", "), choices: kinds)
            ])
    ) { context in
        let name = try context.required(0)
        guard let kind = FileKind(rawValue: name) else {
            throw context.usage(
                "unknown kind '\(name)'\(NearestName.hintOrListing(name, in: kinds))")
        }
        context.console.line(kind.jsonSchema.text)
    }

    private static let kinds = FileKind.allCases.map(\.rawValue)
}
