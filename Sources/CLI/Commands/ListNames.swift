import Client
import Core
import Formats

/// The names that narrow a list. What there is none of gives an empty list, which would look as if nothing were wrong.
struct ListNames {
    let client: APIClient
    var application: String?
    var environment: String?
    var world: String?
    var repository: String?

    /// Of an empty list.
    /// - Throws: `.notFound`, with the name that was probably meant, for the first that is of nothing.
    func check() async throws {
        if let application { _ = try await client.application(application) }
        if let environment { _ = try await client.environment(environment) }
        if let world { _ = try await client.world(world) }
        if let repository { try await check(repository: repository) }
    }

    /// What came of one that was removed is still listed; this one has nothing.
    private func check(repository: String) async throws {
        let names = try await allPages { try await client.repositories(after: $0, limit: 500) }.map(\.name)
        guard !names.contains(repository) else { return }
        throw DeploydError(
            .notFound, "no repository '\(repository)'\(NearestName.hintOrListing(repository, in: names.sorted()))")
    }
}

extension GetLists {
    /// Shows a list. Of an empty one it says what narrows it, else what to do.
    func show<Item>(_ table: Table, _ page: Wire.Page<Item>, empty: String) async throws {
        guard table.rows.isEmpty else { return try context.show(table, json: page, empty: "") }
        try await ListNames(
            client: client, application: option("--application"), environment: option("--environment"),
            world: option("--world"), repository: option("--repository")
        ).check()
        let narrowing = ["--application", "--environment", "--world", "--repository", "--status", "--selector"]
            .compactMap { name in
                option(name).map { "\(name) \($0)" }
            }
        let kind = context.arguments.positional(0) ?? "list"
        try context.show(
            table, json: page,
            empty: (narrowing.isEmpty
                ? empty
                : "no \(kind) with \(narrowing.joined(separator: " ")); without that, `deployd get \(kind)` lists all")
                .printable)
    }
}
