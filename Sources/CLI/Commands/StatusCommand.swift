import Client
import Core

extension CommandEntry {
    static let status = CommandEntry(
        CommandSpec(
            "status", summary: "Shows which version is where",
            positionals: [PositionalSpec("APPLICATION", isRequired: false, help: "one application in detail")],
            options: [.selector] + OptionSpec.client,
            discussion: """
                Applications by environments: the deployed version, the desired one after → where it differs, and the
                health where it is not good. A selector sees the labels of applications.
                """)
    ) { context in
        if context.arguments.positional(0) != nil, context.arguments.has("--selector") {
            throw context.usage("give either APPLICATION or --selector")
        }
        if let name = context.arguments.positional(0) {
            try await StatusView(context: context).one(name)
        } else {
            try await StatusView(context: context).matrix()
        }
    }
}

private struct StatusView {
    private static let mostDrift = 20

    let context: CommandContext

    /// Applications × environments.
    func matrix() async throws {
        let client = try context.client()
        let selector = try context.selector()
        let applications = try await allPages {
            try await client.applications(selector: selector, after: $0, limit: 500)
        }
        let sets = try await allPages { try await client.environmentSets(after: $0, limit: 500) }
        let environments = columns(applications, sets)
        var table = Table(headers: ["APPLICATION"] + environments)
        for application in applications {
            table.add(cells: [Table.Cell(application.name)] + environments.map { cell(application, $0) })
        }
        try context.show(
            table, json: Wire.Page(items: applications, next: nil),
            empty: selector == nil
                ? "no applications yet: register a repository with `deployd repo add`, or run `deployd push` in a folder"
                : "no application has these labels")
    }

    func one(_ name: String) async throws {
        let client = try context.client()
        let application = try await client.application(name)
        if context.wantsJSON { return try context.showJSON(application) }
        let waiting = try await client.deployments(application: name, status: .pending, limit: 500).items
        let running = try await client.deployments(application: name, status: .running, limit: 500).items
        var table = Table("TARGET", "ENVIRONMENT", "WORLD", "DEPLOYED", "DESIRED", "HEALTH", "SINCE", "ENTRYPOINTS")
        for (target, instance) in application.targets.sorted(by: { $0.key < $1.key }) {
            let urls = instance.entrypoints.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.url)" }
            table.add(
                Table.Cell(target), Table.Cell(instance.environment), Table.Cell(instance.world ?? "(tracked)"),
                Table.Cell(CommandContext.short(instance.version.deployed)),
                Table.Cell(CommandContext.short(instance.version.desired)), instance.healthCell,
                Table.Cell(CommandContext.short(instance.since)), Table.Cell(urls.joined(separator: ", ")))
        }
        context.console.line(table.rows.isEmpty ? nowhere(application).printable : table.text(on: context.console))
        for (environment, hold) in application.holds.sorted(by: { $0.key < $1.key }) {
            context.console.line(
                "\(environment) is held by \(hold.actor): \(hold.reason)".printable
                    + "; `deployd release-hold \(name) --environment \(environment)` lets pushes move it again"
                    .printable
            )
        }
        for resource in try await client.resources(application: name, status: .missing, limit: 500).items {
            context.console.line("resource \(resource.advice)".printable)
        }
        let present = Set(application.targets.values.flatMap { [$0.version.desired, $0.version.deployed] })
        for (version, rejection) in application.rejections.sorted(by: { $0.key < $1.key })
        where present.contains(version) {
            context.console.line(
                "\(CommandContext.short(version)) was rejected by \(rejection.actor): \(rejection.reason)".printable)
        }
        for (target, instance) in application.targets.sorted(by: { $0.key < $1.key }) {
            if instance.outdated == true {
                context.console.line(
                    "\(target) is outdated: `deployd plan \(name) --environment \(instance.environment)` says what "
                        + "`deployd apply` would do".printable)
            }
            if let reason = instance.healthReason, instance.health != .healthy {
                context.console.line("\(target) is \(instance.healthWord): \(reason)".printable)
            }
            for drift in instance.drift.prefix(StatusView.mostDrift) { context.console.line(text(drift, on: target)) }
            if instance.drift.count > StatusView.mostDrift {
                context.console.line("and \(instance.drift.count - StatusView.mostDrift) more on \(target)".printable)
            }
            if instance.detached { context.console.line(try await detachment(of: instance, client).printable) }
            for deployment in waiting where deployment.target == target {
                guard let reason = deployment.reason else { continue }
                let version = CommandContext.short(deployment.version)
                context.console.line("the deployment of \(version) on \(target) \(reason)".printable)
            }
            if let deployment = running.first(where: { $0.target == target }) {
                context.console.line(underWay(deployment))
                continue
            }
            guard let failed = instance.failedDeployment else { continue }
            context.console.line("the last deployment on \(target) failed: `deployd logs \(failed)`")
        }
    }

    private func underWay(_ deployment: Wire.Deployment) -> String {
        let step = deployment.steps.first { $0.status == "running" }
        let place = step.map { " (\($0.name))" } ?? ""
        let reason = step?.reason.map { ": \($0)" } ?? ""
        let version = CommandContext.short(deployment.version)
        return "the deployment of \(version) on \(deployment.target) is under way\(place)\(reason); ".printable
            + "`deployd logs \(deployment.id) --follow` shows it"
    }

    private func text(_ drift: Wire.Instance.Drift, on target: String) -> String {
        let by = drift.manager.map { " by \($0)" } ?? ""
        let what = drift.field.map { "\(drift.object): \($0) was changed\(by)" } ?? "\(drift.object) was removed\(by)"
        return "drift on \(target): \(what)".printable
    }

    private func nowhere(_ application: Wire.Application) -> String {
        let places = application.environmentSets.map { "the set \($0)" } + application.environments.map(\.name)
        let reason = places.isEmpty ? "no environment" : places.joined(separator: ", ")
        return
            "\(application.name) is on no target. It goes to \(reason): a version that is pushed or set there brings it to "
            + "their targets (`deployd get targets`)"
    }

    /// Why it is detached, what it has, and how that goes.
    private func detachment(of instance: Wire.Instance, _ client: APIClient) async throws -> String {
        let resources = try await allPages { cursor in
            try await client.resources(
                application: instance.application, target: instance.target, after: cursor, limit: 500)
        }
        let held = resources.map { "\($0.name) (\($0.slug))" }
        return "\(instance.target) is detached: \(instance.detachedReason ?? ""). It goes on as it is, "
            + (held.isEmpty ? "" : "with \(held.joined(separator: ", ")), ")
            + "until `deployd destroy \(instance.application) --target \(instance.target)`"
    }

    /// The environments that any of them is in: those of sets first, in the order in which a version passes them.
    private func columns(_ applications: [Wire.Application], _ sets: [Wire.EnvironmentSet]) -> [String] {
        let order = Dictionary(sets.map { ($0.name, $0.environments) }, uniquingKeysWith: { first, _ in first })
        var names: [String] = []
        for application in applications {
            let present = Set(application.targets.values.map(\.environment))
            let ordered = application.environmentSets.flatMap { order[$0] ?? [] } + application.environments.map(\.name)
            for name in ordered.filter(present.contains) + present.sorted() where !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }

    private func cell(_ application: Wire.Application, _ environment: String) -> Table.Cell {
        let instances = application.targets.values.filter { $0.environment == environment }
        guard let first = instances.first else { return Table.Cell("") }
        let deployed = Set(instances.map { $0.version.deployed })
        let desired = Set(instances.map { $0.version.desired })
        guard deployed.count == 1, desired.count == 1 else { return Table.Cell("mixed", .yellow) }
        let arrow = deployed == desired ? "" : " → \(CommandContext.short(first.version.desired))"
        if deployed == [nil], instances.contains(where: { $0.failedDeployment != nil }) {
            return Table.Cell("-\(arrow) failed", .red)
        }
        let worst = instances.first { $0.healthWord != "healthy" } ?? first
        let isFine = worst.healthWord == "healthy" || first.version.deployed == nil
        return Table.Cell(
            CommandContext.short(first.version.deployed) + arrow + (isFine ? "" : " \(worst.healthText)"),
            arrow.isEmpty ? CommandContext.colour(of: worst.healthWord) : .yellow)
    }
}

/// Every item of a list, page by page.
func allPages<Item: Sendable>(
    _ page: (String?) async throws -> Wire.Page<Item>
) async throws -> [Item] {
    var items: [Item] = []
    var cursor: String?
    repeat {
        let part = try await page(cursor)
        items += part.items
        cursor = part.next
    } while cursor != nil
    return items
}
