import Client
import Core
import Formats

extension CommandEntry {
    static let get = CommandEntry(
        CommandSpec(
            "get", summary: "Lists worlds, slugs, applications, releases, deployments, …",
            positionals: [
                PositionalSpec("KIND", help: GetList.names.joined(separator: ", "), choices: GetList.names)
            ],
            options: GetList.filters.map { option in
                OptionSpec(option.name, value: option.value, help: "for \(GetList.kinds(with: option.name))")
            } + [
                OptionSpec("--shared", help: "for resources: only what worlds share"),
                OptionSpec.selector,
                OptionSpec("--show-labels", help: "with a column of labels"),
                OptionSpec("--limit", value: "N", help: "how many of those that happened; default 50, at most 500"),
            ] + OptionSpec.client)
    ) { context in
        let kind = try context.required(0)
        guard let list = GetList.all[kind] else { throw try GetList.unknown(kind, context) }
        if let option = GetList.narrowing.first(where: { context.arguments.has($0) && !list.takes($0) }) {
            throw context.usage("\(option) is not for \(kind), but for \(GetList.kinds(with: option))")
        }
        try await list.run(GetLists(context: context, client: try context.client()))
    }
}

/// One kind of list: which options narrow it, and how it is shown.
struct GetList: Sendable {
    let options: [String]
    let run: @Sendable (GetLists) async throws -> Void

    func takes(_ option: String) -> Bool { options.contains(option) }

    static let filters = [
        (name: "--world", value: "W"), (name: "--application", value: "A"), (name: "--environment", value: "E"),
        (name: "--status", value: "S"), (name: "--repository", value: "R"),
    ]

    private static let labels = ["--selector", "--show-labels"]

    static let all: [String: GetList] = [
        "worlds": GetList(options: labels) { try await $0.worlds() },
        "slugs": GetList(options: ["--world"]) { try await $0.slugs() },
        "resources": GetList(options: ["--world", "--application", "--shared", "--selector"]) {
            try await $0.resources()
        },
        "applications": GetList(options: labels) { try await $0.applications() },
        "instances": GetList(options: ["--world", "--application", "--environment"] + labels) {
            try await $0.instances()
        },
        "environments": GetList(options: labels) { try await $0.environments() },
        "environment-sets": GetList(options: labels) { try await $0.environmentSets() },
        "deployments": GetList(options: ["--application", "--environment", "--status", "--selector"]) {
            try await $0.deployments()
        },
        "releases": GetList(options: ["--application"]) { try await $0.releases() },
        "deliveries": GetList(options: ["--status", "--repository"]) { try await $0.deliveries() },
        "targets": GetList(options: labels) { try await $0.targets() },
    ]

    static let names = all.keys.sorted()
    static let narrowing = filters.map(\.name) + ["--shared"] + labels
    private static let later = ["promotions"]

    static func kinds(with option: String) -> String {
        names.filter { all[$0]?.takes(option) == true }.joined(separator: ", ")
    }

    static func unknown(_ kind: String, _ context: CommandContext) throws(DeploydError) -> UsageError {
        guard !later.contains(kind) else { throw DeploydError(.notBuiltYet, "`get \(kind)` is not built yet") }
        return context.usage(
            "unknown kind '\(kind)'\(NearestName.hintOrListing(kind, in: names))")
    }
}

/// What the lists are made with.
struct GetLists: Sendable {
    let context: CommandContext
    let client: APIClient

    var limit: Int { get throws { try context.count("--limit", default: 50) } }
    func option(_ name: String) -> String? { context.arguments.value(name) }

    /// The headers, and the one of labels where it is wanted.
    func table(_ headers: String...) -> Table { table(headers) }

    func table(_ headers: [String]) -> Table {
        Table(headers: headers + (context.arguments.has("--show-labels") ? ["LABELS"] : []))
    }

    /// The cell of labels, where it is wanted.
    func cells(of labels: [String: String]) -> [Table.Cell] {
        guard context.arguments.has("--show-labels") else { return [] }
        return [Table.Cell(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","))]
    }

    func status<Status: RawRepresentable & CaseIterable>(
        _ type: Status.Type
    ) throws -> Status? where Status.RawValue == String {
        guard let text = option("--status") else { return nil }
        if let status = Status(rawValue: text) { return status }
        throw context.usage(
            "--status is one of \(Status.allCases.map(\.rawValue).joined(separator: ", ")), not '\(text)'")
    }
}
