import Client
import Core

extension CommandEntry {
    static let stop = CommandEntry(
        spec(
            "stop", "Stops an application on a target",
            """
            Its addresses and resources stay; its address answers 503. Pushes are recorded, and deployed when it is started.
            """)
    ) { context in
        try await InstanceChange(context: context).run("stopped") { try await $0.stop($1, target: $2) }
    }

    static let start = CommandEntry(
        spec("start", "Starts what was stopped, with the version that it had", "")
    ) { context in
        try await InstanceChange(context: context).run("started") { try await $0.start($1, target: $2) }
    }

    static let restart = CommandEntry(
        spec(
            "restart", "Runs the same version anew",
            """
            It runs beside the old one until it is healthy, so that no request fails. Where what it would be deployed with
            has changed meanwhile, it is stopped and started as it is.
            """)
    ) { context in
        try await InstanceChange(context: context).run("restarted") { try await $0.restart($1, target: $2) }
    }

    static let destroy = CommandEntry(
        spec(
            "destroy", "Removes an application from a target",
            """
            Says what goes and what is kept, and asks. The next version that its environment is given makes it anew.
            """, [OptionSpec("--yes", help: "do not ask")])
    ) { context in
        try await InstanceDestruction(context: context).run()
    }

    private static func spec(
        _ name: String, _ summary: String, _ discussion: String, _ options: [OptionSpec] = []
    ) -> CommandSpec {
        CommandSpec(
            name, summary: summary, positionals: [PositionalSpec("APPLICATION", help: "the application's name")],
            options: [
                OptionSpec("--target", value: "T", help: "needed when it is on several"),
                OptionSpec("--no-wait", help: "do not wait until it is done"),
            ] + options + OptionSpec.client, discussion: discussion)
    }
}

/// One of an application's instances, as the arguments name it.
struct ChosenInstance: Sendable {
    let application: String
    let target: String

    init(_ context: CommandContext, _ client: APIClient) async throws {
        application = try context.required(0)
        if let target = context.arguments.value("--target") {
            self.target = target
            return
        }
        let targets = try await client.application(application).targets.keys.sorted()
        guard let only = targets.first else { throw DeploydError(.notFound, "\(application) is on no target") }
        guard targets.count == 1 else {
            throw context.usage("\(application) is on \(targets.joined(separator: ", ")); say which with --target")
        }
        target = only
    }
}

/// Asks for a change of an instance and waits until it is done.
private struct InstanceChange {
    private static let pause = Duration.milliseconds(100)

    let context: CommandContext

    func run(
        _ done: String, _ ask: (APIClient, String, String) async throws -> Wire.Instance
    ) async throws {
        let client = try context.client()
        let chosen = try await ChosenInstance(context, client)
        let last = try await newest(chosen, client)?.id
        var instance = try await ask(client, chosen.application, chosen.target)
        if !context.arguments.has("--no-wait") { instance = try await settled(chosen, client, after: last) }
        if context.wantsJSON { return try context.showJSON(instance) }
        let place = "\(chosen.application) on \(chosen.target)"
        guard !context.arguments.has("--no-wait") else { return context.console.line("\(place) is being \(done)") }
        context.console.line("\(place) is \(done); it is \(instance.health.rawValue)".printable)
    }

    private func newest(_ chosen: ChosenInstance, _ client: APIClient) async throws -> Wire.Deployment? {
        try await client.deployments(application: chosen.application, target: chosen.target, limit: 1).items.first
    }

    private func settled(
        _ chosen: ChosenInstance, _ client: APIClient, after last: String?
    ) async throws -> Wire.Instance {
        var said: String?
        while true {
            let instance = try await client.instance(chosen.application, target: chosen.target)
            var restart = try await newest(chosen, client)
            if restart?.restart == false || restart?.id == last { restart = nil }
            if instance.lifecycle.isSettled, restart?.status.isFinal != false {
                if let restart, restart.status == .failed, instance.lifecycle == .running {
                    throw DeploydError(.invalid, "it could not be restarted: \(restart.reason ?? "no reason is known")")
                }
                return instance
            }
            if let reason = instance.lifecycleReason, reason != said {
                context.console.progress(reason.printable)
                said = reason
            }
            try await Task.sleep(for: InstanceChange.pause)
        }
    }
}

/// Says what goes, asks, and waits until it is gone.
private struct InstanceDestruction {
    private static let pause = Duration.milliseconds(100)

    let context: CommandContext

    func run() async throws {
        let client = try context.client()
        let chosen = try await ChosenInstance(context, client)
        let plan = try await client.destroy(chosen.application, target: chosen.target, isDryRun: true)
        if !context.wantsJSON { show(plan) }
        try confirm(chosen)
        let done = try await client.destroy(chosen.application, target: chosen.target)
        if !context.arguments.has("--no-wait") { try await gone(chosen, client) }
        if context.wantsJSON { return try context.showJSON(done) }
        let state = context.arguments.has("--no-wait") ? "is being destroyed" : "is destroyed"
        context.console.line("\(chosen.application) on \(chosen.target) \(state)")
    }

    private func show(_ plan: Wire.Destruction) {
        func line(_ text: String) { context.console.line(text.printable) }
        line("destroying \(plan.application) on \(plan.target) (environment \(plan.environment))")
        if let version = plan.version { line("  stops    version \(version)") }
        for (name, entrypoint) in plan.entrypoints.sorted(by: { $0.key < $1.key }) {
            line("  removes  entrypoint \(name) \(entrypoint.url)")
        }
        for resource in plan.removed { line("  removes  \(InstanceDestruction.text(resource))") }
        for resource in plan.retained { line("  keeps    \(InstanceDestruction.text(resource))") }
    }

    /// With where it is, when it says so.
    private static func text(_ resource: Wire.Resource) -> String {
        var text = "\(resource.name) (\(resource.slug))"
        if case .plain(let path) = resource.outputs["path"] { text += " \(path)" }
        return text
    }

    private func confirm(_ chosen: ChosenInstance) throws {
        guard !context.arguments.has("--yes") else { return }
        guard StandardInput.isTerminal, context.console.isTerminal else {
            throw context.usage("there is no terminal to ask on: --yes destroys it")
        }
        context.console.bytes(Array("Destroy \(chosen.application) on \(chosen.target)? [y/N] ".utf8))
        let answer = String(decoding: try StandardInput.readLine(), as: UTF8.self).lowercased()
        guard ["y\n", "yes\n"].contains(answer) else { throw DeploydError(.cancelled, "nothing was destroyed") }
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
