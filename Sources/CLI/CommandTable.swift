import Core
import Formats

/// The program's commands.
public struct CommandTable: Sendable {
    private let entries: [CommandEntry]
    private let interrupted: @Sendable () async -> Void
    private let examine: CommandContext.Examine

    /// - Parameters:
    ///   - interrupted: returns when somebody asks the program to end; for the commands in `takingSignals`.
    ///   - examine: looks at this machine and a data directory, which only the composition root can.
    ///   - serve: `serve`, which only the composition root can run.
    public init(
        interrupted: @escaping @Sendable () async -> Void = { try? await Task.sleep(for: .seconds(1 << 32)) },
        examine: @escaping CommandContext.Examine = { _ in [] },
        serve: @escaping @Sendable (ParsedArguments) async throws -> Void
    ) {
        self.interrupted = interrupted
        self.examine = examine
        let serve = CommandEntry(ServeSpec.spec) { try await serve($0.arguments) }
        entries = [serve] + CommandTable.clients
    }

    /// Commands that end in order when SIGINT or SIGTERM comes.
    public static let takingSignals = ["serve", "watch"]

    private static let serverHeading = "The server"

    /// As the overview shows them; `serve` stands before those of the server.
    private static let groups: [(heading: String, entries: [CommandEntry])] = [
        ("A folder with a service", [.initialise, .validate, .schema, .push, .watch]),
        (
            "Versions",
            [.status, .plan, .apply, .setVersion, .promote, .rollback, .releaseHold, .reject]
        ),
        (
            "What runs",
            [
                .logs, .stop, .start, .restart, .destroy, .rename, .secretSet, .secretUnset, .secretList,
                .resourceRecreate, .resourceDestroy,
            ]
        ),
        ("What there is, and what happened", [.get, .events, .redeliver]),
        (
            serverHeading,
            [.doctor, .backup, .login, .repoAdd, .repoList, .repoRemove, .repoSweep, .completion]
        ),
    ]

    static let clients: [CommandEntry] = groups.flatMap(\.entries)

    static var specs: [CommandSpec] { [ServeSpec.spec] + clients.map(\.spec) }

    /// Runs what `arguments` (without the program's name) say.
    /// - Returns: the exit status: 0 done, 1 failed, 2 wrong usage.
    public func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        await run(arguments, environment: environment, console: Console(environment: environment))
    }

    func run(_ arguments: [String], environment: [String: String], console: Console) async -> Int32 {
        do {
            switch try choice(of: arguments) {
            case .help(let text): console.bytes(Array(text.utf8))
            case .command(let entry, let rest): try await run(entry, rest, environment, console)
            }
            return 0
        } catch let error as UsageError {
            console.error("deployd: \(error)")
            return 2
        } catch {
            console.error("deployd: \(DeploydError.wrapping(error, "unexpected error"))")
            return 1
        }
    }

    private func run(
        _ entry: CommandEntry, _ arguments: [String], _ environment: [String: String], _ console: Console
    ) async throws {
        let parsed = try ParsedArguments(arguments, spec: entry.spec, environment: environment)
        if parsed.wantsHelp { return console.bytes(Array(entry.spec.help.utf8)) }
        try await entry.run(
            CommandContext(
                command: entry.spec.name, arguments: parsed, environment: environment, console: console,
                interrupted: interrupted, examine: examine))
    }

    private enum Choice {
        case help(String)
        case command(CommandEntry, [String])
    }

    private func choice(of arguments: [String]) throws -> Choice {
        guard let first = arguments.first else { throw UsageError("say which command") }
        let rest = Array(arguments.dropFirst())
        switch first {
        case "--version", "version": return .command(.version, rest)
        case "help" where !rest.isEmpty: return try choice(of: rest + ["--help"])
        case "help", "--help", "-h": return .help(CommandTable.overview)
        default: break
        }
        let group = entries.filter { $0.spec.name.hasPrefix("\(first) ") }
        if !group.isEmpty { return try choice(of: rest, in: first, group) }
        if let entry = entries.first(where: { $0.spec.name == first }) { return .command(entry, rest) }
        try LaterCommands.refuse(first, rest.first)
        if first == CommandEntry.names.spec.name { return .command(.names, rest) }
        throw UsageError("unknown command '\(first)'\(OtherWords.hint(first, commands: firstWords))")
    }

    /// `add` of `repo add`, say.
    private func choice(of arguments: [String], in group: String, _ entries: [CommandEntry]) throws -> Choice {
        let words = entries.map { String($0.spec.name.dropFirst(group.count + 1)) }
        guard let word = arguments.first else {
            throw UsageError("\(group) needs one of \(words.joined(separator: ", "))")
        }
        if word == "--help" || word == "-h" { return .help(CommandTable.overview(of: [("", entries.map(\.spec))])) }
        if let index = words.firstIndex(of: word) { return .command(entries[index], Array(arguments.dropFirst())) }
        try LaterCommands.refuse(group, word)
        throw UsageError(
            "unknown command '\(group) \(word)'\(NearestName.hintOrListing(word, in: words))")
    }

    private var firstWords: [String] {
        entries.map { entry in String(entry.spec.name.prefix { $0 != " " }) }
    }

    private static var overview: String {
        overview(
            of: groups.map { heading, entries in
                (heading, (heading == serverHeading ? [ServeSpec.spec] : []) + entries.map(\.spec))
            })
    }

    /// - Parameter groups: headings, which may be empty, and what is below them.
    private static func overview(of groups: [(String, [CommandSpec])]) -> String {
        let width = groups.flatMap(\.1).map(\.name.count).max() ?? 0
        let parts = groups.map { heading, specs in
            let lines = specs.map { spec in
                "  \(spec.name)\(String(repeating: " ", count: width - spec.name.count))  \(spec.summary)\n"
            }
            return (heading.isEmpty ? "" : "\(heading):\n") + lines.joined()
        }
        return """
            deployd: push code, it runs, and you know which version is where.

            Usage: deployd COMMAND [arguments]

            \(parts.joined(separator: "\n"))
            `deployd COMMAND --help` says more, `deployd --version` the version. The server is found by --server or
            DEPLOYD_SERVER, and a token by --token, DEPLOYD_TOKEN or the credentials that `deployd login` keeps.

            """
    }
}

/// Commands that are described and not built yet.
enum LaterCommands {
    private static let all = [
        "token create", "token list", "token revoke", "token", "slug test", "slug", "graph",
        "resource rotate", "blame",
    ]

    /// - Throws: `.notBuiltYet` for one of them.
    static func refuse(_ first: String, _ second: String?) throws(DeploydError) {
        let two = [first, second].compactMap(\.self).joined(separator: " ")
        guard let name = all.first(where: { $0 == two }) ?? all.first(where: { $0 == first }) else { return }
        throw DeploydError(.notBuiltYet, "the command '\(name)' is not built yet")
    }
}
