import Client
import Core

extension GetLists {
    func worlds() async throws {
        let page = try await client.worlds(selector: try context.selector(), limit: try limit)
        var table = table(
            "WORLD", "CAPABILITIES", "TARGETS", "RESOURCE REPOSITORIES", "SHARED", "TRUSTED", "FROM", "PROBLEMS")
        for world in page.items {
            let problems = world.capabilities.sorted { $0.key < $1.key }.compactMap { name, capability in
                capability.reason.map { "\(name): \($0)" }
            }
            let shared = world.shared.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value.slug))" }
            table.add(
                cells: [
                    Table.Cell(world.name), Table.Cell(world.capabilities.keys.sorted().joined(separator: ", ")),
                    Table.Cell(world.targets.map { "\($0.name) (\($0.environment))" }.joined(separator: ", ")),
                    Table.Cell(world.resourceRepositories.joined(separator: ", ")),
                    Table.Cell(shared.joined(separator: ", ")),
                    Table.Cell(world.trusted ? "yes" : "no"), Table.Cell(world.origin.text),
                    Table.Cell(problems.joined(separator: "; "), problems.isEmpty ? nil : .red),
                ] + cells(of: world.labels))
        }
        if context.wantsJSON { return try context.showJSON(page) }
        try await show(table, Wire.Page(items: page.items, next: page.next), empty: "no worlds")
        if let reload = page.reload, reload.status == .failed { show(reload) }
    }

    private func show(_ reload: Wire.Reload) {
        context.console.error(
            "worlds and resource repositories have errors since \(CommandContext.short(reload.at)) and are not in force "
                + "as they are described:")
        for error in reload.errors {
            let place = [error.file, error.line.map(String.init), error.column.map(String.init)].compactMap(\.self)
            context.console.error(
                "  \(place.joined(separator: ":"))\(place.isEmpty ? "" : ": ")\(error.message)".printable)
        }
    }

    func slugs() async throws {
        let names = if let world = option("--world") { [world] } else { try await worldNames() }
        var table = Table("WORLD", "SLUG", "DESCRIPTION", "OUTPUTS", "REPOSITORY", "INHERITED FROM", "AVAILABLE")
        var found: [Wire.Slug] = []
        for world in names {
            for slug in try await allPages({ try await client.slugs(world: world, after: $0, limit: 500) }) {
                found.append(slug)
                let isAvailable = slug.available ? "yes" : "no: \(slug.reason ?? "")"
                table.add(
                    Table.Cell(world), Table.Cell(slug.slug), Table.Cell(slug.description),
                    Table.Cell(slug.outputs.keys.sorted().joined(separator: ", ")), Table.Cell(slug.repository),
                    Table.Cell(slug.inheritedFrom.joined(separator: ", ")),
                    Table.Cell(isAvailable, slug.available ? .green : .red))
            }
        }
        try await show(
            table, Wire.Page(items: found, next: nil),
            empty:
                "no slugs: publish some in --resource-repos, and name the repository in the world's resourceRepositories"
        )
    }

    private func worldNames() async throws -> [String] {
        let worlds = try await allPages { cursor in
            let list = try await client.worlds(after: cursor, limit: 500)
            return Wire.Page(items: list.items, next: list.next)
        }
        return worlds.map(\.name)
    }

    func environments() async throws {
        let page = try await client.environments(selector: try context.selector(), limit: try limit)
        var table = table("ENVIRONMENT", "TARGETS", "RULES", "FROM", "DESCRIPTION")
        for environment in page.items {
            let targets = environment.targets.map { "\($0.name) (\($0.world ?? "tracked"))" }
            table.add(
                cells: [
                    Table.Cell(environment.name), Table.Cell(targets.joined(separator: ", ")),
                    Table.Cell(environment.rules), Table.Cell(environment.origin.text),
                    Table.Cell(environment.description),
                ] + cells(of: environment.labels))
        }
        try await show(
            table, page,
            empty: "no environments: world files declare them, and PUT /api/v1/environments/NAME makes one")
    }

    func targets() async throws {
        let selector = try context.selector()
        let environments = try await allPages { try await client.environments(after: $0, limit: 500) }
        var table = table("TARGET", "ENVIRONMENT", "WORLD", "FROM")
        var found: [Wire.Environment.Target] = []
        for environment in environments {
            let targets =
                selector == nil
                ? environment.targets
                : try await allPages {
                    try await client.targets(environment: environment.name, selector: selector, after: $0, limit: 500)
                }
            found += targets
            for target in targets {
                table.add(
                    cells: [
                        Table.Cell(target.name), Table.Cell(environment.name),
                        Table.Cell(target.world ?? "(tracked)"), Table.Cell(target.origin.text),
                    ] + cells(of: target.labels))
            }
        }
        try await show(
            table, Wire.Page(items: found, next: nil),
            empty: "no targets: worlds are targets, and PUT /api/v1/environments/NAME/targets/NAME makes one")
    }

    func environmentSets() async throws {
        let page = try await client.environmentSets(selector: try context.selector(), limit: try limit)
        var table = table("ENVIRONMENT SET", "ENVIRONMENTS", "FROM")
        for set in page.items {
            table.add(
                cells: [
                    Table.Cell(set.name), Table.Cell(set.environments.joined(separator: " → ")),
                    Table.Cell(set.origin.text),
                ] + cells(of: set.labels))
        }
        try await show(
            table, page,
            empty: "no environment sets: world files declare them, and PUT /api/v1/environment-sets/NAME makes one")
    }
}

extension Wire.Environment {
    /// Who may be deployed there, and how its version changes; empty where everybody and everything may.
    var rules: String {
        let patterns = [("applications", applications), ("repositories", repositories)].compactMap { name, patterns in
            patterns.flatMap { $0 == ["*"] ? nil : "\(name): \($0.isEmpty ? "none" : $0.joined(separator: ", "))" }
        }
        let ways: String? =
            switch versions {
            case .promotion: "versions: by promotion only"
            case .trigger: "versions: by triggers only"
            case .any, nil: nil
            }
        return (patterns + [ways].compactMap(\.self)).joined(separator: "; ")
    }
}

extension Wire.Origin? {
    /// Where it is changed.
    fileprivate var text: String {
        switch self?.kind {
        case .builtIn: "built in"
        case .file: "\(self?.file ?? ""):\(self?.line ?? 0)"
        case .api: "API"
        case .named: "named only"
        case nil: "-"
        }
    }
}
