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
            ] + OptionSpec.client)
    ) { context in
        let name = try context.required(0)
        let client = try context.client()
        let follows = context.arguments.has("--follow")
        do {
            let application = try await client.application(name)
            let target = try context.target(of: application)
            guard follows else {
                return context.console.bytes(try await client.serviceLog(name, target: target))
            }
            return try await client.followServiceLog(name, target: target) { context.console.bytes($0) }
        } catch let error as DeploydError where error.code == .notFound {
            // Not an application, or nothing runs: the same word may name a deployment.
            guard (try? await client.deployment(name)) != nil else { throw error }
        }
        guard follows else { return context.console.bytes(try await client.deploymentLog(name)) }
        try await client.followDeploymentLog(name) { context.console.bytes($0) }
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
