import Client
import Core
import Formats

extension CommandEntry {
    static let resourceDestroy = CommandEntry(
        CommandSpec(
            "resource destroy", summary: "Removes what a world no longer shares",
            positionals: [
                PositionalSpec("RESOURCE", help: "its name in the world's shared, or its id")
            ],
            options: [
                OptionSpec("--world", value: "W", help: "needed when several worlds have one of that name"),
                OptionSpec("--yes", help: "do not ask"), OptionSpec("--no-wait", help: "do not wait until it is done"),
            ] + OptionSpec.client,
            discussion: """
                Says what goes and what its definition keeps, and asks. Refused while the world declares it, and while a
                service uses it; both are named. What services require of their own goes with them: `deployd destroy`.
                """)
    ) { context in
        try await SharedDestructionCommand(context: context).run()
    }
}

/// Says what goes, asks, and waits until it is gone.
private struct SharedDestructionCommand {
    private static let pause = Duration.milliseconds(100)

    let context: CommandContext

    func run() async throws {
        let client = try context.client()
        let resource = try await chosen(client)
        let name = "the shared \(resource.name) of \(resource.world)"
        let plan = try await client.destroyResource(resource.id, isDryRun: true)
        if !context.wantsJSON { show(plan) }
        // The server says why not, in one sentence.
        if plan.refusals.isEmpty { try context.confirmDestruction(of: name) }
        let done = try await client.destroyResource(resource.id)
        let waits = !context.arguments.has("--no-wait")
        if waits { try await gone(resource.id, client) }
        if context.wantsJSON { return try context.showJSON(done) }
        let outcome =
            done.removed.isEmpty
            ? "nothing of \(name) was removed: its definition keeps it"
            : "\(name) is \(waits ? "destroyed" : "being destroyed")"
        context.console.line(outcome.printable)
    }

    private func chosen(_ client: APIClient) async throws -> Wire.Resource {
        let text = try context.required(0)
        let world = context.arguments.value("--world")
        let shared = try await allPages {
            try await client.resources(world: world, isShared: true, after: $0, limit: 500)
        }
        let found = shared.filter { $0.name == text }
        guard found.count < 2 else {
            throw context.usage(
                "\(found.map(\.world).sorted().joined(separator: ", ")) have one; say which with --world")
        }
        if let only = found.first ?? shared.first(where: { $0.id == text }) { return only }
        // One of an instance is refused by the server, which says what to do.
        do throws(DeploydError) { return try await client.resource(text) } catch {
            guard error.code == .notFound else { throw error }
        }
        let place = world.map { "the world '\($0)' has" } ?? "there is"
        let hint = NearestName.hint(text, in: shared.map(\.name))
        let listing = hint.isEmpty ? "; `deployd get resources --shared` lists what there is" : hint
        throw DeploydError(.notFound, "\(place) no shared '\(text)'\(listing)")
    }

    private func show(_ plan: Wire.ResourceDestruction) {
        func line(_ text: String) { context.console.line(text.printable) }
        line("destroying \(plan.resource.name), which the world \(plan.resource.world) shares")
        for resource in plan.removed { line("  removes  \(CommandContext.text(resource))") }
        for resource in plan.retained { line("  keeps    \(CommandContext.text(resource))") }
        for user in plan.usedBy { line("  used by  \(user.application) on \(user.target), as \(user.name)") }
    }

    private func gone(_ id: String, _ client: APIClient) async throws {
        var said: String?
        while true {
            do throws(DeploydError) {
                let resource = try await client.resource(id)
                guard resource.status == .deleting else { return }
                if let reason = resource.reason, reason != said {
                    context.console.progress(reason.printable)
                    said = reason
                }
            } catch {
                if error.code == .notFound { return }
                throw error
            }
            try await Task.sleep(for: SharedDestructionCommand.pause)
        }
    }
}
