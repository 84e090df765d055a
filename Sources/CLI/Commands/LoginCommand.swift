import Client
import Core

extension CommandEntry {
    static let login = CommandEntry(
        CommandSpec(
            "login", summary: "Keeps a server and its token for the other commands",
            options: [
                OptionSpec(
                    "--server", value: "URL", environment: "DEPLOYD_SERVER",
                    help: "default \(CommandContext.defaultServer)"),
                OptionSpec("--token-file", value: "FILE", help: "the token; default -, standard input"),
            ],
            discussion: "The first `deployd serve` writes an administrator's token to DATA/admin.token.")
    ) { context in
        let token = try context.token()
        let client = try APIClient(
            server: context.arguments.value("--server") ?? CommandContext.defaultServer, token: token)
        // A token that the server does not know is not worth keeping.
        _ = try await client.worlds(limit: 1)
        let credentials = CredentialsFile(environment: context.environment)
        try credentials.save(CredentialsFile.Entry(server: client.server, token: token))
        context.console.line("logged in to \(client.server); kept in \(credentials.path ?? "")")
    }
}

extension CommandContext {
    fileprivate func token() throws -> Secret {
        let file = arguments.value("--token-file") ?? "-"
        guard file == "-", StandardInput.isTerminal else { return try secret(file: file) }
        console.progress(bytes: Array("token: ".utf8))
        defer { console.progress("") }
        return try CommandContext.secret(try StandardInput.readHiddenLine(), from: "what was typed")
    }
}
