import Client
import Core
public import Model

/// What a command runs with.
public struct CommandContext: Sendable {
    let command: String
    public let arguments: ParsedArguments
    public let environment: [String: String]
    let console: Console
    /// Returns when somebody asks the program to end; only for commands whose signals the program takes.
    let interrupted: @Sendable () async -> Void
    /// Looks at this machine and a data directory.
    let examine: Examine

    public typealias Examine = @Sendable (_ dataDirectory: String) async throws -> [Finding]

    static let defaultServer = "http://127.0.0.1:8420"

    /// The server's client, from `--server`, `--token`, their variables, and else the credentials file.
    /// - Throws: `.unauthenticated` when there is no token to be found.
    func client() throws -> APIClient {
        let server = try serverAddress()
        if let token = arguments.value("--token") { return try APIClient(server: server, token: Secret(token)) }
        guard let stored = try stored(), try CommandContext.address(stored.server) == server else {
            throw DeploydError(
                .unauthenticated,
                "no token for \(server): run `deployd login --server \(server)`, or set DEPLOYD_TOKEN")
        }
        return try APIClient(server: server, token: stored.token)
    }

    /// Where the server is, without a `/` at the end.
    func serverAddress() throws -> String {
        if let given = arguments.value("--server") { return try CommandContext.address(given) }
        return try CommandContext.address(stored()?.server ?? CommandContext.defaultServer)
    }

    private func stored() throws -> CredentialsFile.Entry? { try CredentialsFile(environment: environment).load() }

    private static func address(_ server: String) throws -> String {
        try APIClient(server: server, token: nil).server
    }

    /// Whether the API's JSON is wanted instead of a table.
    var wantsJSON: Bool { arguments.value("--output") == "json" }

    func required(_ index: Int) throws -> String {
        guard let value = arguments.positional(index) else { throw usage("an argument is missing") }
        return value
    }

    func requiredOption(_ name: String) throws -> String {
        guard let value = arguments.value(name) else { throw usage("\(name) is missing") }
        return value
    }

    /// The selector's text, which is checked here first.
    func selector() throws -> String? {
        guard let text = arguments.value("--selector") else { return nil }
        _ = try LabelSelector(parsing: text)
        return text
    }

    func count(_ option: String, default value: Int) throws -> Int {
        guard let text = arguments.value(option) else { return value }
        guard let number = Int(text), (1...500).contains(number) else {
            throw usage("\(option) is a number from 1 to 500, not '\(text)'")
        }
        return number
    }

    /// Wrong usage of this command.
    func usage(_ message: String) -> UsageError { UsageError(message, command: command) }
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
    static let server = OptionSpec(
        "--server", value: "URL", environment: "DEPLOYD_SERVER",
        help: "the server; default that of the credentials file, else \(CommandContext.defaultServer)")

    static let token = OptionSpec(
        "--token", value: "TOKEN", environment: "DEPLOYD_TOKEN", help: "else from the credentials file")

    static let selector = OptionSpec(
        "--selector", short: "-l", value: "LABELS",
        help: "only those with these labels, e.g. 'team=shop,tier!=dev,env in (a,b),!legacy'")

    /// What every client command takes.
    static let client = [
        server, token,
        OptionSpec("--output", value: "FORMAT", help: "table (default) or json", choices: ["table", "json"]),
    ]
}
