import Client
import Core
import HTTPClient

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
        let server = context.arguments.value("--server") ?? CommandContext.defaultServer
        let file = context.arguments.value("--token-file") ?? "-"
        if file == "-", context.console.isTerminal { context.console.progress("token:") }
        let token = try context.token(from: file)
        let client = try APIClient(server: server, token: token)
        _ = try await client.worlds()
        let credentials = CredentialsFile(environment: context.environment)
        try credentials.save(CredentialsFile.Entry(server: server, token: token))
        context.console.line("logged in to \(server); kept in \(credentials.path ?? "")")
    }

    static let doctor = CommandEntry(
        CommandSpec(
            "doctor", summary: "Checks that the server can work",
            options: [
                OptionSpec(
                    "--server", value: "URL", environment: "DEPLOYD_SERVER",
                    help: "default \(CommandContext.defaultServer)")
            ],
            discussion: "Needs no token. Exit status 0 when /healthz and /readyz answer 200.")
    ) { context in
        let server = context.arguments.value("--server") ?? CommandContext.defaultServer
        let session = HTTPClientSession()
        for path in ["/healthz", "/readyz"] {
            var request = HTTPClientRequest("GET", server + path)
            request.timeout = .seconds(5)
            let response = try await session.send(request)
            let body = String(decoding: response.body.prefix(500), as: UTF8.self)
            guard response.status == 200 else {
                throw DeploydError(.unavailable, "\(server)\(path) answered \(response.status): \(body)")
            }
            context.console.line("\(path): ok")
        }
    }

    static let redeliver = CommandEntry(
        CommandSpec(
            "redeliver", summary: "Processes a delivery again",
            positionals: [PositionalSpec("DELIVERY", help: "its id; see `get deliveries`")],
            options: OptionSpec.client)
    ) { context in
        let delivery = try await context.client().redeliver(try context.required(0))
        if context.wantsJSON { return try context.showJSON(delivery) }
        context.console.line("\(delivery.id) is processed again; `deployd get deliveries` shows what comes of it")
    }

    static let version = CommandEntry(CommandSpec("version", summary: "Prints the version")) { context in
        context.console.line("deployd \(ProgramVersion.text)")
    }
}

/// The version of this program.
public enum ProgramVersion {
    public static let text = "0.1.0"
}

extension CommandContext {
    fileprivate func token(from path: String) throws -> Secret {
        let arguments = try ParsedArguments(
            ["--token-file", path], spec: CommandEntry.login.spec, environment: [:])
        let reader = CommandContext(arguments: arguments, environment: environment, console: console)
        guard let token = try reader.secret("--token-file") else { throw UsageError("--token-file is missing") }
        return token
    }
}
