import Client
import Core

/// Asks for a change of instances and waits until it is done.
struct InstanceChange {
    private static let pause = Duration.milliseconds(100)

    let context: CommandContext

    private var waits: Bool { !context.arguments.has("--no-wait") }

    /// - Parameters:
    ///   - verb: "stop".
    ///   - done: "stopped".
    func run(
        _ verb: String, _ done: String, _ ask: (APIClient, String, String) async throws -> Wire.Instance
    ) async throws {
        let client = try context.client()
        let chosen = try await ChosenInstance.all(context, client, to: verb)
        let isSelected = context.arguments.has("--selector")
        if isSelected {
            context.console.progress("\(verb): \(chosen.map(\.description).joined(separator: ", "))".printable)
        }
        let instances = try await ChosenInstance.each(chosen, context) { chosen in
            let instance = try await change(chosen, client, ask)
            if !context.wantsJSON { show(instance, chosen, done) }
            return instance
        }
        guard context.wantsJSON else { return }
        if isSelected { return try context.showJSON(Wire.Page(items: instances)) }
        if let instance = instances.first { try context.showJSON(instance) }
    }

    private func change(
        _ chosen: ChosenInstance, _ client: APIClient, _ ask: (APIClient, String, String) async throws -> Wire.Instance
    ) async throws -> Wire.Instance {
        let last = try await newest(chosen, client)?.id
        let instance = try await ask(client, chosen.application, chosen.target)
        return waits ? try await settled(chosen, client, after: last) : instance
    }

    private func show(_ instance: Wire.Instance, _ chosen: ChosenInstance, _ done: String) {
        guard waits else { return context.console.line("\(chosen) is being \(done)") }
        let more = instance.isUnwell ? "; `deployd status \(chosen.application)` says more" : ""
        context.console.line("\(chosen) is \(done); it is \(instance.health.rawValue)\(more)".printable)
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
