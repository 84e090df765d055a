import Client
import Core

extension GetLists {
    func applications() async throws {
        let page = try await client.applications(selector: try context.selector(), limit: try limit)
        var table = table("APPLICATION", "OWNER", "SETS", "ENVIRONMENTS", "DESCRIPTION")
        for application in page.items {
            let owner = application.owner.map { $0.path.isEmpty ? $0.repository : "\($0.repository) (\($0.path))" }
            table.add(
                cells: [
                    Table.Cell(application.name), Table.Cell(owner ?? "none (API, push)"),
                    Table.Cell(application.environmentSets.joined(separator: ", ")),
                    Table.Cell(application.environmentNames.joined(separator: ", ")),
                    Table.Cell(application.description),
                ] + cells(of: application.labels))
        }
        try await show(
            table, page,
            empty:
                "no applications yet: a push of a registered repository makes one, and so does PUT /api/v1/applications/NAME"
        )
    }

    func instances() async throws {
        let query = InstanceQuery(
            application: option("--application"), environment: option("--environment"), world: option("--world"),
            selector: try context.selector())
        let found = try await allPages { try await client.instances(query, after: $0, limit: 500) }
        let reasons = found.contains(where: \.detached) ? ["DETACHED BECAUSE"] : []
        var table = table(
            ["APPLICATION", "TARGET", "ENVIRONMENT", "WORLD", "DEPLOYED", "DESIRED", "HEALTH", "ENTRYPOINTS"] + reasons)
        for instance in found {
            let urls = instance.entrypoints.values.map(\.url).sorted()
            table.add(
                cells: [
                    Table.Cell(instance.application), Table.Cell(instance.target), Table.Cell(instance.environment),
                    Table.Cell(instance.world ?? "(tracked)"),
                    Table.Cell(CommandContext.short(instance.version.deployed)),
                    Table.Cell(CommandContext.short(instance.version.desired)),
                    instance.healthCell, Table.Cell(urls.joined(separator: ", ")),
                ] + reasons.map { _ in Table.Cell(instance.detachedReason ?? "") } + cells(of: instance.labels))
        }
        try await show(
            table, Wire.Page(items: found, next: nil),
            empty:
                "no instances yet: `deployd push` in a service's folder makes one, and so does a push to a registered "
                + "repository")
    }

    func releases() async throws {
        guard let application = option("--application") else {
            throw context.usage("say whose releases: --application A")
        }
        let page = try await client.releases(application, limit: try limit)
        let hasImages = page.items.contains { $0.image != nil }
        var table = Table(
            headers: ["VERSION", "FROM", "REF", "CLEAN", "MADE"] + (hasImages ? ["IMAGE"] : []) + ["REJECTED"])
        for release in page.items {
            let image = release.image.map { $0.digest + ($0.movedTo == nil ? "" : " (its tag moved)") }
            table.add(
                cells: [
                    Table.Cell(release.version), Table.Cell(release.repository ?? "working tree"),
                    Table.Cell(release.reference ?? "-"), Table.Cell(release.clean ? "yes" : "no"),
                    Table.Cell(CommandContext.short(release.createdAt)),
                ] + (hasImages ? [Table.Cell(image ?? "-")] : []) + [
                    Table.Cell(release.rejected.map { "by \($0.actor): \($0.reason)" } ?? "", .red)
                ])
        }
        try context.show(
            table, json: page,
            empty:
                "no releases of \(application) yet: `deployd push` in its folder makes one, and so does a push to its "
                + "repository")
    }

    func deployments() async throws {
        let page = try await client.deployments(
            application: option("--application"), environment: option("--environment"),
            status: try status(Wire.Deployment.Status.self), selector: try context.selector(), limit: try limit)
        var table = Table("DEPLOYMENT", "APPLICATION", "TARGET", "VERSION", "STATUS", "STARTED", "ENDED", "REASON")
        for deployment in page.items {
            table.add(
                Table.Cell(deployment.id), Table.Cell(deployment.application), Table.Cell(deployment.target),
                Table.Cell(CommandContext.short(deployment.version)), CommandContext.cell(deployment.status.rawValue),
                Table.Cell(CommandContext.short(deployment.startedAt)),
                Table.Cell(CommandContext.short(deployment.endedAt)),
                Table.Cell(CommandContext.first(deployment.reason)))
        }
        try await show(table, page, empty: "no deployments yet: a push makes one, and so does `deployd set-version`")
    }

    func resources() async throws {
        let page = try await client.resources(
            world: option("--world"), application: option("--application"),
            isShared: context.arguments.has("--shared") ? true : nil, selector: try context.selector(),
            limit: try limit)
        var table = Table("RESOURCE", "NAME", "SLUG", "WORLD", "APPLICATION", "TARGET", "STATUS", "OUTPUTS", "REASON")
        for resource in page.items {
            table.add(
                Table.Cell(resource.id), Table.Cell(resource.name), Table.Cell(resource.slug),
                Table.Cell(resource.world), Table.Cell(resource.application ?? "(shared)"),
                Table.Cell(resource.target ?? "-"), CommandContext.cell(resource.status.rawValue),
                Table.Cell(resource.outputs.keys.sorted().joined(separator: ", ")),
                Table.Cell(CommandContext.first(resource.reason)))
        }
        try await show(table, page, empty: "no resources: services ask for them under 'requires'")
    }

    func deliveries() async throws {
        let page = try await client.deliveries(
            status: try status(Wire.Delivery.Status.self), repository: option("--repository"), limit: try limit)
        var table = Table(
            "DELIVERY", "FROM", "EVENT", "STATUS", "RECEIVED", "TRIES", "NEXT TRY", "DEPLOYMENTS", "REASON")
        for delivery in page.items {
            table.add(
                Table.Cell(delivery.id), Table.Cell(delivery.repository ?? "working tree"), Table.Cell(delivery.event),
                CommandContext.cell(delivery.status.rawValue), Table.Cell(CommandContext.short(delivery.receivedAt)),
                Table.Cell("\(delivery.attempts)"), Table.Cell(delivery.nextAttemptAt.map(CommandContext.short) ?? "-"),
                Table.Cell(delivery.deployments.joined(separator: ", ")),
                Table.Cell(CommandContext.first(delivery.reason)))
        }
        try await show(
            table, page,
            empty:
                "no deliveries yet: `deployd push` makes one, and so do webhooks; `deployd repo add` says where they go"
        )
    }
}

extension Wire.Application {
    /// Those that it names itself, and those that it is in by its sets.
    fileprivate var environmentNames: [String] {
        var seen: Set<String> = []
        return (environments.map(\.name) + targets.values.map(\.environment).sorted()).filter {
            seen.insert($0).inserted
        }
    }
}
