import Client
import Core
import Formats

extension CommandEntry {
    static let logs = CommandEntry(
        CommandSpec(
            "logs", summary: "Shows a deployment's log, or what a service prints",
            positionals: [
                PositionalSpec("DEPLOYMENT|APPLICATION", help: "a deployment's id, or an application's name")
            ],
            options: [
                OptionSpec("--follow", help: "go on as it grows"),
                OptionSpec("--target", value: "T", help: "of an application; needed when it has run on several"),
                OptionSpec(
                    "--replica", value: "N", help: "only this one of several; default: all, each line with its number"),
            ] + OptionSpec.client,
            discussion: """
                On a terminal only text and colours are shown, whatever else a service prints; elsewhere every byte is as it
                was printed.
                """)
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
        guard !context.arguments.has("--target") else {
            throw context.usage("--target is of an application, and \(name) is a deployment")
        }
        let text = context.console.shown(asNote: false)
        defer { context.console.bytes(text.finish()) }
        guard follows else { return context.console.bytes(text.show(try await client.deploymentLog(name))) }
        try await client.followDeploymentLog(name) { context.console.bytes(text.show($0)) }
    }

    private func showService(_ application: Wire.Application) async throws {
        let target = try await target(of: application)
        let logs = ReplicaLogs(
            client: client, console: context.console, application: application.name, target: target,
            count: application.targets[target]?.replicas?.total ?? 1)
        guard let text = context.arguments.value("--replica") else { return try await logs.showAll(follows: follows) }
        guard let replica = Int(text), replica >= 1 else {
            throw context.usage("--replica is the number of a replica, from 1, not '\(text)'")
        }
        try await logs.show(replica, follows: follows)
    }

    /// The only one on which anything of the application has run, unless one is named.
    private func target(of application: Wire.Application) async throws -> String {
        let named = context.arguments.value("--target")
        if let named, application.targets[named] == nil {
            let known = application.targets.keys.sorted()
            throw DeploydError(
                .notFound,
                "\(application.name) has no target '\(named)'" + NearestName.hintOrListing(named, in: known, "it is on")
            )
        }
        let instances = application.targets.values.filter { $0.world != nil && (named ?? $0.target) == $0.target }
            .sorted { $0.target < $1.target }
        guard !application.targets.isEmpty else {
            throw DeploydError(
                .notFound,
                "\(application.name) is on no target, so nothing of it runs; `deployd status \(application.name)`")
        }
        guard !instances.isEmpty else {
            let place = named.map { "on \($0)" } ?? "anywhere \(application.name) goes"
            throw DeploydError(.notFound, "others deploy \(place), so there is no log of it here")
        }
        var found: [String] = []
        for instance in instances where try await hasRun(instance) { found.append(instance.target) }
        guard let first = found.first else { throw try await nothing(of: application, on: instances) }
        guard found.count == 1 else {
            throw context.usage(
                "\(application.name) has run on \(found.joined(separator: ", ")); say which with --target")
        }
        return first
    }

    private func hasRun(_ instance: Wire.Instance) async throws -> Bool {
        if instance.version.deployed != nil { return true }
        return try await unlessMissing {
            try await client.serviceLog(instance.application, target: instance.target)
        } != nil
    }

    /// That there is nothing to show, with the log that says why.
    private func nothing(of application: Wire.Application, on instances: [Wire.Instance]) async throws -> DeploydError {
        let name = application.name
        let places = instances.map(\.target)
        let newest = try await client.deployments(application: name, limit: 50).items
            .first { places.contains($0.target) }
        guard let newest else {
            return DeploydError(
                .notFound, "nothing of \(name) was deployed on \(places.joined(separator: ", ")) yet; push it first")
        }
        let reason = newest.status == .failed ? ": \(CommandContext.first(newest.reason))" : ""
        let has = newest.status.isFinal ? "" : "is "
        return DeploydError(
            .notFound,
            "nothing of \(name) has run yet; its last deployment, on \(newest.target), \(has)\(newest.status.rawValue)\(reason); "
                + "`deployd logs \(newest.id)` shows it")
    }

    private func unlessMissing<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
        do { return try await body() } catch let error as DeploydError where error.code == .notFound { return nil }
    }
}
