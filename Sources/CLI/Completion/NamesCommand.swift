import Client
import Core
import Formats

extension CommandEntry {
    /// What the completions ask: the names that a word may be, one a line. Nothing where the server does not answer soon,
    /// since somebody waits at the keyboard.
    static let names = CommandEntry(
        CommandSpec(
            "__names", summary: "Prints names for the completions",
            positionals: [PositionalSpec("KIND", help: "of what", choices: CompletedNames.allCases.map(\.rawValue))],
            options: OptionSpec.client)
    ) { context in
        guard let kind = CompletedNames(rawValue: try context.required(0)), let client = try? context.client() else {
            return
        }
        // Whatever a server calls them, the shell gets nothing that it would act on.
        for name in await kind.soon(from: client) where DNSLabel.isValid(name) { context.console.line(name) }
    }
}

/// Names that the server knows, by the argument that they are for.
enum CompletedNames: String, CaseIterable, Sendable {
    case applications, environments, targets, worlds

    /// How long somebody waits at most.
    private static let deadline = Duration.seconds(1)
    private static let options = [
        "--application": CompletedNames.applications, "--environment": .environments, "--to": .environments,
        "--target": .targets, "--world": .worlds,
    ]

    /// Those that an option takes.
    init?(option: String) {
        guard let kind = CompletedNames.options[option] else { return nil }
        self = kind
    }

    /// Those that a positional takes.
    init?(positional: String) {
        guard positional.split(separator: "|").contains("APPLICATION") else { return nil }
        self = .applications
    }

    func soon(from client: APIClient) async -> [String] {
        await withTaskGroup(of: [String].self) { group in
            group.addTask { (try? await all(from: client)) ?? [] }
            group.addTask {
                try? await Task.sleep(for: CompletedNames.deadline)
                return []
            }
            defer { group.cancelAll() }
            return await group.next() ?? []
        }
    }

    private func all(from client: APIClient) async throws -> [String] {
        switch self {
        case .applications: try await client.applications(limit: 500).items.map(\.name)
        case .environments: try await client.environments(limit: 500).items.map(\.name)
        case .targets: try await client.environments(limit: 500).items.flatMap(\.targets).map(\.name)
        case .worlds: try await client.worlds(limit: 500).items.map(\.name)
        }
    }
}
