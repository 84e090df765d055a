import Core
import Formats

/// The program's commands.
public struct CommandTable: Sendable {
    private let entries: [CommandEntry]

    /// - Parameter server: `serve`, which only the composition root can run.
    public init(serve: @escaping @Sendable (ParsedArguments) async throws -> Void) {
        let serve = CommandEntry(ServeSpec.spec) { try await serve($0.arguments) }
        entries = [serve] + CommandTable.clients
    }

    static let clients: [CommandEntry] = [
        .validate, .schema, .push, .status, .setVersion, .rollback, .releaseHold, .logs, .events, .get, .redeliver,
        .repoAdd, .repoList, .repoRemove, .login, .doctor, .completion,
    ]

    /// Runs what `arguments` (without the program's name) say.
    /// - Returns: the exit status: 0 done, 1 failed, 2 wrong usage.
    public func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        let console = Console(environment: environment)
        return await run(arguments, environment: environment, console: console)
    }

    func run(_ arguments: [String], environment: [String: String], console: Console) async -> Int32 {
        do {
            guard let (entry, rest) = try entry(for: arguments) else {
                console.bytes(Array(overview.utf8))
                return arguments.isEmpty ? 2 : 0
            }
            let parsed = try ParsedArguments(rest, spec: entry.spec, environment: environment)
            if parsed.wantsHelp {
                console.bytes(Array(entry.spec.help.utf8))
                return 0
            }
            try checkOutput(parsed, entry.spec)
            try await entry.run(CommandContext(arguments: parsed, environment: environment, console: console))
            return 0
        } catch let error as UsageError {
            console.error("deployd: \(error)")
            return 2
        } catch {
            console.error("deployd: \(DeploydError.wrapping(error, "unexpected error"))")
            return 1
        }
    }

    /// - Returns: nil when the overview is asked for.
    private func entry(for arguments: [String]) throws -> (CommandEntry, ArraySlice<String>)? {
        guard let first = arguments.first, !["help", "--help", "-h"].contains(first) else { return nil }
        if first == "--version" || first == "version" { return (.version, arguments.dropFirst()) }
        let two = arguments.prefix(2).joined(separator: " ")
        if let entry = entries.first(where: { $0.spec.name == two }) { return (entry, arguments.dropFirst(2)) }
        if let entry = entries.first(where: { $0.spec.name == first }) { return (entry, arguments.dropFirst()) }
        let group = entries.map(\.spec.name).filter { $0.hasPrefix("\(first) ") }
        if !group.isEmpty {
            throw UsageError(
                "\(first) needs one of: \(group.map { $0.dropFirst(first.count + 1) }.joined(separator: ", "))")
        }
        if let later = LaterCommands.all.first(where: { $0 == first || $0 == two }) {
            throw DeploydError(.notBuiltYet, "the command '\(later)' is not built yet")
        }
        throw UsageError("unknown command '\(first)'\(NearestName.hint(first, in: entries.map(\.spec.name)))")
    }

    private func checkOutput(_ arguments: ParsedArguments, _ spec: CommandSpec) throws {
        guard let format = arguments.value("--output"), format != "json", format != "table" else { return }
        throw UsageError("--output is table or json, not '\(format)'", command: spec.name)
    }

    private var overview: String {
        let width = entries.map(\.spec.name.count).max() ?? 0
        let lines = entries.map { entry in
            "  \(entry.spec.name)\(String(repeating: " ", count: width - entry.spec.name.count))  \(entry.spec.summary)\n"
        }
        return """
            deployd: push code, it runs, and you know which version is where.

            Usage: deployd COMMAND [arguments]

            \(lines.joined())
            `deployd COMMAND --help` says more. The server is found by --server or DEPLOYD_SERVER,
            and a token by --token, DEPLOYD_TOKEN or the credentials that `deployd login` keeps.

            """
    }
}

/// Commands that are described and not built yet.
enum LaterCommands {
    static let all = [
        "init", "watch", "plan", "promote", "reject", "apply", "stop", "start", "restart", "destroy", "secret set",
        "secret unset", "secret list", "secret", "token create", "token list", "token revoke", "token", "slug test",
        "slug", "graph", "resource rotate", "resource", "blame", "rename", "backup",
    ]
}
