import Client
import Core

extension CommandEntry {
    static let logs = CommandEntry(
        CommandSpec(
            "logs", summary: "Shows a deployment's log, or what a service prints",
            positionals: [
                PositionalSpec("DEPLOYMENT|APPLICATION", help: "a deployment's id, or an application's name")
            ],
            options: [
                OptionSpec("--follow", help: "go on as it grows"),
                OptionSpec("--target", value: "T", help: "of an application; needed when it has several"),
                OptionSpec(
                    "--replica", value: "N", help: "only this one of several; default: all, each line with its number"),
            ] + OptionSpec.client)
    ) { context in
        try await LogView(context: context, client: try context.client()).show(try context.required(0))
    }
}

private struct LogView {
    let context: CommandContext
    let client: APIClient

    private var follows: Bool { context.arguments.has("--follow") }

    func show(_ name: String) async throws {
        let application: Wire.Application
        do { application = try await client.application(name) } catch {
            guard error.code == .notFound else { throw error }
            return try await showDeployment(name, unlessMissing: error)
        }
        try await showService(application)
    }

    /// - Parameter problem: why it is no application, such as the name that that has now.
    private func showDeployment(_ name: String, unlessMissing problem: DeploydError) async throws {
        do { _ = try await client.deployment(name) } catch {
            guard error.code == .notFound else { throw error }
            throw DeploydError(
                .notFound, "\(problem.message); there is no deployment '\(name)' either, see `deployd get deployments`")
        }
        guard follows else { return context.console.bytes(try await client.deploymentLog(name)) }
        try await client.followDeploymentLog(name) { context.console.bytes($0) }
    }

    private func showService(_ application: Wire.Application) async throws {
        let target = try context.target(of: application)
        let logs = ReplicaLogs(
            client: client, console: context.console, application: application.name, target: target,
            count: application.targets[target]?.replicas?.total ?? 1)
        guard let text = context.arguments.value("--replica") else { return try await logs.showAll(follows: follows) }
        guard let replica = Int(text), replica >= 1 else {
            throw context.usage("--replica is the number of a replica, from 1, not '\(text)'")
        }
        try await logs.show(replica, follows: follows)
    }
}

extension CommandContext {
    fileprivate func target(of application: Wire.Application) throws -> String {
        if let target = arguments.value("--target") { return target }
        let names = application.targets.filter { $0.value.world != nil }.keys.sorted()
        guard let first = names.first else {
            throw DeploydError(.notFound, "\(application.name) has no target that deployd deploys to")
        }
        guard names.count == 1 else {
            throw usage("\(application.name) has several targets; add --target \(names.joined(separator: "|"))")
        }
        return first
    }
}
