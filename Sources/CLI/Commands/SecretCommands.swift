import Client
import Core

private let applicationArgument = PositionalSpec("APPLICATION", help: "the application's name")
private let nameArgument = PositionalSpec("NAME", help: "the environment variable, as in 'secrets' of deployd.yaml")
private let environmentOption = OptionSpec("--environment", value: "E", isRequired: true, help: "the environment")

extension CommandEntry {
    static let secretSet = CommandEntry(
        CommandSpec(
            "secret set", summary: "Sets a secret of an application in an environment",
            positionals: [applicationArgument, nameArgument],
            options: [
                environmentOption,
                OptionSpec("--file", value: "FILE", help: "holds the value; default -, standard input"),
            ] + OptionSpec.client,
            discussion: """
                The value comes from standard input or a file, without the line end after it, and is asked for on a
                terminal. What runs is not touched: `deployd apply` gives it the new value, and so does the next
                deployment. A deployment that failed for want of it is tried again.

                  openssl rand -hex 32 | deployd secret set hello SESSION_KEY --environment production
                """,
            surplus: SecretText.argument)
    ) { context in
        let (application, name, environment) = try context.secretPlace()
        let value = try context.typedSecret(named: name)
        let client = try context.client()
        let isNew = try await client.setSecret(name, of: application, environment: environment, to: value)
        guard !context.wantsJSON else {
            return try context.showJSON(try await client.secret(name, of: application, environment: environment))
        }
        context.console.line(
            "\(isNew ? "set" : "changed") \(name) of \(application) in \(environment); a version that names it is "
                + "given it by `deployd apply \(application) --environment \(environment)`, or by the next deployment")
    }

    static let secretUnset = CommandEntry(
        CommandSpec(
            "secret unset", summary: "Removes a secret", positionals: [applicationArgument, nameArgument],
            options: [environmentOption] + OptionSpec.client,
            discussion: "What runs keeps it until it is deployed again; a version that names it is refused then.")
    ) { context in
        let (application, name, environment) = try context.secretPlace()
        try await context.client().removeSecret(name, of: application, environment: environment)
        context.console.line("removed \(name) of \(application) in \(environment)")
    }

    static let secretList = CommandEntry(
        CommandSpec(
            "secret list", summary: "Lists the secrets that are set, without their values",
            positionals: [applicationArgument], options: [environmentOption] + OptionSpec.client)
    ) { context in
        let application = try context.required(0)
        let environment = try context.requiredOption("--environment")
        let client = try context.client()
        let secrets = try await allPages {
            try await client.secrets(of: application, environment: environment, after: $0, limit: 500)
        }
        var table = Table("SECRET", "SINCE", "BY", "USED")
        for secret in secrets {
            table.add(
                Table.Cell(secret.name), Table.Cell(CommandContext.short(secret.since)), Table.Cell(secret.actor),
                Table.Cell(secret.used.map { $0 ? "yes" : "no" } ?? "-"))
        }
        try context.show(
            table, json: Wire.Page(items: secrets, next: nil),
            empty: "no secrets: `deployd secret set \(application) NAME --environment \(environment)`")
    }
}

private enum SecretText {
    static let argument =
        "a value is never an argument, which others can see and the shell remembers: "
        + "give it on standard input or with --file"
}

extension CommandContext {
    fileprivate func secretPlace() throws -> (application: String, name: String, environment: String) {
        let name = try required(1)
        // The rest is not repeated: it is the value.
        guard !name.contains("=") else { throw usage(SecretText.argument) }
        return (try required(0), name, try requiredOption("--environment"))
    }

    fileprivate func typedSecret(named name: String) throws -> Secret {
        let file = arguments.value("--file") ?? "-"
        guard file == "-", StandardInput.isTerminal else { return try secret(file: file) }
        console.progress(bytes: Array("\(name): ".printable.utf8))
        defer { console.progress("") }
        return try CommandContext.secret(try StandardInput.readHiddenLine(), from: "what was typed")
    }
}
