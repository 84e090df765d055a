import Client
import Core
import HTTPClient

/// What a command runs with.
public struct CommandContext: Sendable {
    public let arguments: ParsedArguments
    public let environment: [String: String]
    let console: Console

    /// The server's client, from `--server`, `--token`, their variables, and else the credentials file.
    /// - Throws: `.unauthenticated` when there is no token to be found.
    func client() throws -> APIClient {
        let stored = try CredentialsFile(environment: environment).load()
        let server = arguments.value("--server") ?? stored?.server ?? CommandContext.defaultServer
        if let token = arguments.value("--token") {
            return try APIClient(server: server, token: Secret(token))
        }
        guard let stored, stored.server == server else {
            throw DeploydError(
                .unauthenticated,
                "no token for \(server): run `deployd login --server \(server)`, or set DEPLOYD_TOKEN")
        }
        return try APIClient(server: server, token: stored.token)
    }

    static let defaultServer = "http://127.0.0.1:8420"

    /// Whether the API's JSON is wanted instead of a table.
    var wantsJSON: Bool { arguments.value("--output") == "json" }

    func required(_ index: Int) throws -> String {
        guard let value = arguments.positional(index) else { throw UsageError("an argument is missing") }
        return value
    }
}

/// One command: what it takes and what it does.
public struct CommandEntry: Sendable {
    public let spec: CommandSpec
    let run: @Sendable (CommandContext) async throws -> Void

    public init(_ spec: CommandSpec, run: @escaping @Sendable (CommandContext) async throws -> Void) {
        self.spec = spec
        self.run = run
    }
}

extension OptionSpec {
    /// What every client command takes.
    static let client = [
        OptionSpec(
            "--server", value: "URL", environment: "DEPLOYD_SERVER",
            help: "the server; default \(CommandContext.defaultServer)"),
        OptionSpec("--token", value: "TOKEN", environment: "DEPLOYD_TOKEN", help: "else from the credentials file"),
        OptionSpec("--output", value: "FORMAT", help: "table (default) or json"),
    ]
}
