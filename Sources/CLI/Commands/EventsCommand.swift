import Client
import Core

extension CommandEntry {
    static let events = CommandEntry(
        CommandSpec(
            "events", summary: "Shows what happened, and who did it",
            options: [
                OptionSpec("--follow", help: "go on as things happen"),
                OptionSpec("--application", value: "A", help: "only this application's"),
                OptionSpec("--environment", value: "E", help: "only this environment's"),
                OptionSpec("--type", value: "TYPE", help: "only these, e.g. version.deployed"),
                OptionSpec("--limit", value: "N", help: "how many of the newest; default 50"),
            ] + OptionSpec.client)
    ) { context in
        try await EventList(context: context, client: try context.client()).show()
    }
}

private struct EventList {
    let context: CommandContext
    let client: APIClient

    private var query: EventQuery {
        EventQuery(
            application: context.arguments.value("--application"),
            environment: context.arguments.value("--environment"), type: context.arguments.value("--type"))
    }

    func show() async throws {
        let follows = context.arguments.has("--follow")
        let limit = try context.count("--limit", default: 50)
        // Asked first: with a filter that matches nothing yet, what happens after this moment is shown.
        let newest = follows ? try await client.events(limit: 1).items.first?.id ?? 0 : 0
        let page = try await client.events(query, limit: limit)
        if context.wantsJSON, !follows { return try context.showJSON(page) }
        let events = Array(page.items.reversed())
        if events.isEmpty { try await sayThatThereIsNone(follows) }
        for event in events { try show(event) }
        guard follows else { return }
        try await client.followEvents(query, after: events.last?.id ?? newest) { event in
            try show(event)
            return true
        }
    }

    /// What is waited for may have a name that nothing has yet.
    private func sayThatThereIsNone(_ follows: Bool) async throws {
        do {
            try await ListNames(client: client, application: query.application, environment: query.environment).check()
        } catch let error as DeploydError where error.code == .notFound && follows {
            return context.console.progress("\(error.message); waiting for it".printable)
        }
        guard !follows else { return }
        let options = ["--application", "--environment", "--type"].compactMap { name in
            context.arguments.value(name).map { "\(name) \($0)" }
        }
        context.console.line(
            options.isEmpty
                ? "nothing has happened yet"
                : "no events with \(options.joined(separator: " ")); without that, `deployd events` shows all".printable
        )
    }

    private func show(_ event: Wire.Event) throws {
        if context.wantsJSON { return try context.showJSON(event) }
        let place = [event.application, event.environment, event.target].compactMap { $0 }.joined(separator: "/")
        let change = [event.before, event.after].compactMap { $0.map(CommandContext.short(_:)) }.joined(
            separator: " → ")
        let words = [
            "\(event.id)", CommandContext.short(event.time), event.type, place, change,
            CommandContext.first(event.detail), "by \(event.actor)",
        ]
        context.console.line(words.filter { !$0.isEmpty }.joined(separator: "  ").printable)
    }
}
