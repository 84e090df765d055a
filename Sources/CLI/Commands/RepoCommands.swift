import Client
import Core

extension CommandEntry {
    static let repoAdd = CommandEntry(
        CommandSpec(
            "repo add", summary: "Accepts the webhooks of a code repository",
            positionals: [
                PositionalSpec("NAME", help: "the provider's full name, e.g. acme/hello"),
                PositionalSpec("URL", help: "where deployd fetches: https or ssh"),
            ],
            options: [
                OptionSpec(
                    "--provider", value: "P", isRequired: true, help: "who sends them: github", choices: ["github"]),
                OptionSpec(
                    "--secret-file", value: "FILE", isRequired: true,
                    help: "what the webhook is signed with; - for standard input"),
                OptionSpec("--branch", value: "B", help: "the default branch; default main"),
                OptionSpec("--username", value: "U", help: "for fetching over https"),
                OptionSpec("--password-file", value: "FILE", help: "the password or token to fetch with"),
            ] + OptionSpec.client)
    ) { context in
        let arguments = context.arguments
        guard arguments.has("--username") || !arguments.has("--password-file") else {
            throw context.usage("--password-file needs --username")
        }
        // Nothing unsigned is accepted, so a repository without a secret would refuse all its webhooks.
        let secret = try context.secret(file: try context.requiredOption("--secret-file"))
        let password = try context.secret("--password-file")
        let credentials = arguments.value("--username").map {
            Wire.RepositoryDraft.Credentials(username: $0, password: password?.reveal())
        }
        let added = try await context.client().addRepository(
            Wire.RepositoryDraft(
                name: try context.required(0), url: try context.required(1),
                provider: try context.requiredOption("--provider"), secret: secret.reveal(),
                defaultBranch: arguments.value("--branch"), credentials: credentials))
        if context.wantsJSON { return try context.showJSON(added) }
        context.console.line("added \(added.name); send its webhooks to /hooks/\(added.provider) of this server")
    }

    static let repoList = CommandEntry(
        CommandSpec("repo list", summary: "Lists the code repositories", options: OptionSpec.client)
    ) { context in
        let client = try context.client()
        let repositories = try await allPages { try await client.repositories(after: $0, limit: 500) }
        var table = Table("NAME", "URL", "PROVIDER", "BRANCH", "LAST SWEEP", "ID")
        for repository in repositories {
            table.add(
                Table.Cell(repository.name), Table.Cell(repository.url), Table.Cell(repository.provider),
                Table.Cell(repository.defaultBranch), Table.Cell(sweep(of: repository)), Table.Cell(repository.id))
        }
        try context.show(
            table, json: Wire.Page(items: repositories, next: nil),
            empty: "no repositories: `deployd repo add NAME URL --provider github --secret-file FILE`")
    }

    static let repoRemove = CommandEntry(
        CommandSpec(
            "repo remove", summary: "Refuses a repository's webhooks from now on",
            positionals: [PositionalSpec("NAME", help: "its full name or id")], options: OptionSpec.client,
            discussion: "What was deployed from it goes on running.")
    ) { context in
        let client = try context.client()
        let repository = try await repository(try context.required(0), client)
        try await client.removeRepository(repository.id)
        context.console.line("removed \(repository.name)")
    }

    static let repoSweep = CommandEntry(
        CommandSpec(
            "repo sweep", summary: "Looks now for pushes whose webhooks did not come",
            positionals: [PositionalSpec("NAME", help: "its full name or id")], options: OptionSpec.client,
            discussion: """
                The server does so by itself every few minutes. Each branch and tag is compared with the commit that it
                was last seen at; what was pushed since is delivered. The first look at a repository only notes.
                """)
    ) { context in
        let client = try context.client()
        let repository = try await repository(try context.required(0), client)
        let sweep = try await client.sweepRepository(repository.id)
        if context.wantsJSON { return try context.showJSON(sweep) }
        let count = "\(sweep.references) \(sweep.references == 1 ? "ref" : "refs")"
        guard !sweep.deliveries.isEmpty else { return context.console.line("\(count); nothing was lost") }
        context.console.line("\(count); delivered: \(sweep.deliveries.joined(separator: " "))")
    }

    private static func repository(_ name: String, _ client: APIClient) async throws -> Wire.Repository {
        let repositories = try await allPages { try await client.repositories(after: $0, limit: 500) }
        guard let repository = repositories.first(where: { $0.name == name || $0.id == name }) else {
            throw DeploydError(.notFound, "no repository '\(name)'; see `deployd repo list`")
        }
        return repository
    }

    private static func sweep(of repository: Wire.Repository) -> String {
        if let error = repository.sweepError { return "failed: \(CommandContext.first(error))" }
        return CommandContext.short(repository.lastSweep)
    }
}
