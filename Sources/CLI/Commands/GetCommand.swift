import Client
import Core
import Formats

extension CommandEntry {
    static let get = CommandEntry(
        CommandSpec(
            "get", summary: "Lists worlds, slugs, applications, releases, deployments, …",
            positionals: [PositionalSpec("KIND", help: GetLists.names.joined(separator: ", "))],
            options: [
                OptionSpec("--world", value: "W", help: "for slugs, resources, instances"),
                OptionSpec("--application", value: "A", help: "for releases, deployments, instances, resources"),
                OptionSpec("--environment", value: "E", help: "for deployments, instances"),
                OptionSpec("--status", value: "S", help: "for deployments, deliveries"),
                OptionSpec("--limit", value: "N", help: "how many; default 50"),
            ] + OptionSpec.client)
    ) { context in
        let kind = try context.required(0)
        guard let list = GetLists.all[kind] else {
            if GetLists.later.contains(kind) {
                throw DeploydError(.notBuiltYet, "`get \(kind)` is not built yet")
            }
            throw UsageError("unknown kind '\(kind)'\(NearestName.hint(kind, in: GetLists.names))", command: "get")
        }
        try await list(GetLists(context: context, client: try context.client()))
    }
}

struct GetLists {
    let context: CommandContext
    let client: APIClient

    static let later = ["promotions"]
    static var names: [String] { all.keys.sorted() }

    static let all: [String: @Sendable (GetLists) async throws -> Void] = [
        "worlds": { try await $0.worlds() }, "slugs": { try await $0.slugs() },
        "resources": { try await $0.resources() }, "applications": { try await $0.applications() },
        "instances": { try await $0.instances() }, "environments": { try await $0.environments() },
        "environment-sets": { try await $0.environmentSets() }, "deployments": { try await $0.deployments() },
        "releases": { try await $0.releases() }, "deliveries": { try await $0.deliveries() },
        "targets": { try await $0.targets() },
    ]

    var limit: Int { get throws { try context.count("--limit", default: 50) } }
    func option(_ name: String) -> String? { context.arguments.value(name) }

    func status<Status: RawRepresentable & CaseIterable>(
        _ type: Status.Type
    ) throws -> Status? where Status.RawValue == String {
        guard let text = option("--status") else { return nil }
        if let status = Status(rawValue: text) { return status }
        throw UsageError(
            "--status is one of \(Status.allCases.map(\.rawValue).joined(separator: ", "))", command: "get")
    }
}
