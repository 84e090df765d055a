import Client
import Core

extension CommandEntry {
    static let apply = CommandEntry(
        CommandSpec(
            "apply", summary: "Deploys an environment's version again, with today's inputs",
            positionals: [PositionalSpec("APPLICATION", isRequired: false, help: "the application's name")],
            options: [
                OptionSpec("--environment", value: "E", help: "the environment; needed without --selector"), .selector,
                OptionSpec("--plan", value: "DIGEST", help: "only if the plan is still this one; see `deployd plan`"),
                OptionSpec("--no-wait", help: "do not follow the deployments"),
            ] + OptionSpec.client,
            discussion: """
                Where everything is as it would be deployed now, nothing is restarted. With --selector, every application and
                environment with an instance of these labels that has a version, one after the other.
                """)
    ) { context in
        try await Applying(context: context, client: try context.client()).run()
    }
}

/// Applies today's inputs to what the arguments name.
private struct Applying {
    /// A version's place.
    struct Place: Hashable, Comparable, CustomStringConvertible {
        let application: String
        let environment: String

        var description: String { "\(application) in \(environment)" }

        static func < (a: Place, b: Place) -> Bool {
            (a.application, a.environment) < (b.application, b.environment)
        }
    }

    let context: CommandContext
    let client: APIClient

    func run() async throws {
        let places = try await places()
        if context.arguments.has("--selector") {
            context.console.progress("apply: \(places.map(\.description).joined(separator: ", "))".printable)
        }
        let made = try await ChosenInstance.each(places, context, apply).flatMap { $0 }
        if context.wantsJSON { try context.showJSON(Wire.Page(items: made)) }
    }

    private func places() async throws -> [Place] {
        let (name, environment) = (context.arguments.positional(0), context.arguments.value("--environment"))
        guard let selector = try context.selector() else {
            guard let name else { throw context.usage("APPLICATION is missing; or choose by labels with --selector") }
            return [Place(application: name, environment: try context.requiredOption("--environment"))]
        }
        guard !context.arguments.has("--plan") else {
            throw context.usage("--plan is of one environment, not of several")
        }
        let query = InstanceQuery(application: name, environment: environment, selector: selector)
        let found = try await allPages { try await client.instances(query, after: $0, limit: 500) }
        let deployable = found.filter { $0.world != nil && $0.version.desired != nil && !$0.detached }
        guard !deployable.isEmpty else {
            throw DeploydError(.notFound, "no instance that has a version has the labels '\(selector)'")
        }
        return Set(deployable.map { Place(application: $0.application, environment: $0.environment) }).sorted()
    }

    private func apply(_ place: Place) async throws -> [Wire.Deployment] {
        let made = try await client.deploy(
            Wire.DeploymentRequest(
                application: place.application, environment: place.environment,
                planDigest: context.arguments.value("--plan"))
        ).items
        let waits = !context.arguments.has("--no-wait")
        for deployment in made {
            if waits {
                try await DeploymentFollower(context: context, client: client).follow(deployment: deployment.id)
            } else if !context.wantsJSON {
                context.console.line("deployment \(deployment.id) on \(deployment.target)".printable)
            }
        }
        return made
    }
}
