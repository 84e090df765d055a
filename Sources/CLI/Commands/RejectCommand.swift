import Client
import Core

extension CommandEntry {
    static let reject = CommandEntry(
        CommandSpec(
            "reject", summary: "Lets no environment be given a version any more",
            positionals: [
                PositionalSpec("APPLICATION", help: "the application's name"),
                PositionalSpec("VERSION", help: "any version, also one that is not released yet"),
            ],
            options: [
                OptionSpec("--reason", value: "R", help: "what everybody is told who tries to deploy it"),
                OptionSpec("--undo", help: "lets it be deployed again"),
            ] + OptionSpec.client,
            discussion: """
                What runs goes on; a deployment that waits is cancelled. No push, set-version, promote or rollback brings the
                version anywhere until it is undone.
                """)
    ) { context in
        let (application, version) = (try context.required(0), try context.required(1))
        let client = try context.client()
        guard !context.arguments.has("--undo") else {
            try await client.readmit(version, of: application)
            return context.console.line("\(version) of \(application) may be deployed again".printable)
        }
        let rejection = try await client.reject(
            version, of: application, reason: try context.requiredOption("--reason"))
        if context.wantsJSON { return try context.showJSON(rejection) }
        context.console.line("\(version) of \(application) is rejected: \(rejection.reason)".printable)
    }
}
