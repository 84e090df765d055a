import Client
import Core

/// Says what goes, asks, and waits until it is gone.
struct InstanceDestruction {
    private static let pause = Duration.milliseconds(100)

    let context: CommandContext

    private var waits: Bool { !context.arguments.has("--no-wait") }

    func run() async throws {
        let client = try context.client()
        let chosen = try await ChosenInstance.all(context, client, to: nil)
        for instance in chosen {
            let plan = try await client.destroy(instance.application, target: instance.target, isDryRun: true)
            if !context.wantsJSON { show(plan) }
        }
        try confirm(chosen)
        let done = try await ChosenInstance.each(chosen, context) { instance in
            let done = try await client.destroy(instance.application, target: instance.target)
            if waits { try await gone(instance, client) }
            if !context.wantsJSON {
                context.console.line("\(instance) is \(waits ? "destroyed" : "being destroyed")".printable)
            }
            return done
        }
        guard context.wantsJSON else { return }
        if context.arguments.has("--selector") { return try context.showJSON(Wire.Page(items: done)) }
        if let only = done.first { try context.showJSON(only) }
    }

    private func show(_ plan: Wire.Destruction) {
        func line(_ text: String) { context.console.line(text.printable) }
        line("destroying \(plan.application) on \(plan.target) (environment \(plan.environment))")
        if let version = plan.version { line("  stops    version \(version)") }
        for (name, entrypoint) in plan.entrypoints.sorted(by: { $0.key < $1.key }) {
            line("  removes  entrypoint \(name) \(entrypoint.url)")
        }
        for object in plan.objects { line("  \(object.hasSuffix(" (stays)") ? "keeps  " : "removes")  \(object)") }
        if let note = plan.note { line("  note     \(note)") }
        for resource in plan.removed { line("  removes  \(CommandContext.text(resource))") }
        for resource in plan.retained { line("  keeps    \(CommandContext.text(resource))") }
        for dependent in plan.requiredBy {
            line("  required by \(dependent.application) on \(dependent.target), as \(dependent.name)")
        }
    }

    private func confirm(_ chosen: [ChosenInstance]) throws {
        let what = chosen.count == 1 ? chosen[0].description : "these \(chosen.count)"
        try context.confirmDestruction(of: what, as: chosen.count == 1 ? "it" : "them")
    }

    /// Made anew counts too: a version was set meanwhile.
    private func gone(_ chosen: ChosenInstance, _ client: APIClient) async throws {
        var said: String?
        while true {
            do throws(DeploydError) {
                let instance = try await client.instance(chosen.application, target: chosen.target)
                guard instance.lifecycle == .destroying else { return }
                if let reason = instance.lifecycleReason, reason != said {
                    context.console.progress(reason.printable)
                    said = reason
                }
            } catch {
                if error.code == .notFound { return }
                throw error
            }
            try await Task.sleep(for: InstanceDestruction.pause)
        }
    }
}
