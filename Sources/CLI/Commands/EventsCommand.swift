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
        let query = EventQuery(
            application: context.arguments.value("--application"),
            environment: context.arguments.value("--environment"), type: context.arguments.value("--type"))
        let client = try context.client()
        let limit = try context.count("--limit", default: 50)
        let page = try await client.events(query, limit: limit)
        if context.wantsJSON, !context.arguments.has("--follow") { return try context.showJSON(page) }
        let events = Array(page.items.reversed())
        for event in events { try context.show(event) }
        if events.isEmpty, !context.arguments.has("--follow") { context.console.line("nothing has happened yet") }
        guard context.arguments.has("--follow") else { return }
        // Everything after the newest that was shown; with a filter that matched nothing, after the newest of all.
        let newest = try await client.events(limit: 1).items.first?.id ?? 0
        try await client.followEvents(query, after: events.last?.id ?? newest) { event in
            try context.show(event)
            return true
        }
    }
}

extension CommandContext {
    func count(_ option: String, default value: Int) throws -> Int {
        guard let text = arguments.value(option) else { return value }
        guard let number = Int(text), (1...500).contains(number) else {
            throw UsageError("\(option) is a number from 1 to 500, not '\(text)'")
        }
        return number
    }

    fileprivate func show(_ event: Wire.Event) throws {
        if wantsJSON { return try showJSON(event) }
        let place = [event.application, event.environment, event.target].compactMap { $0 }.joined(separator: "/")
        let change = [event.before, event.after].compactMap { $0.map(CommandContext.short(_:)) }.joined(
            separator: " → ")
        let detail = CommandContext.first(event.detail)
        let words = [
            "\(event.id)", CommandContext.short(event.time), event.type, place, change, detail, "by \(event.actor)",
        ]
        console.line(words.filter { !$0.isEmpty }.joined(separator: "  "))
    }
}
