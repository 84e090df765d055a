import Client
import Core

private let environmentOption = OptionSpec("--environment", value: "E", isRequired: true, help: "the environment")
private let applicationArgument = PositionalSpec("APPLICATION", help: "the application's name")
private let noWaitOption = OptionSpec("--no-wait", help: "do not follow the deployments")

extension CommandEntry {
    static let setVersion = CommandEntry(
        CommandSpec(
            "set-version", summary: "Sets the version that an environment should have",
            positionals: [applicationArgument],
            options: [
                environmentOption,
                OptionSpec("--version", value: "V", isRequired: true, help: "a release; see `deployd get releases`"),
                noWaitOption,
            ]
                + OptionSpec.client)
    ) { context in
        let environment = try context.requiredOption("--environment")
        let version = try context.requiredOption("--version")
        let client = try context.client()
        let changed = try await client.setVersion(version, of: try context.required(0), environment: environment)
        try await context.follow(changed, client)
    }

    static let promote = CommandEntry(
        CommandSpec(
            "promote", summary: "Gives the next environment the version of another",
            positionals: [applicationArgument],
            options: [
                OptionSpec(
                    "--environment", value: "E", isRequired: true, help: "where the version is deployed already"),
                OptionSpec("--to", value: "E", help: "where it goes; default: the next in the application's set"),
                OptionSpec("--version", value: "V", help: "default: the one that is deployed there"), noWaitOption,
            ] + OptionSpec.client,
            discussion: """
                It acts under a hold too. Where the targets of the environment have different versions, nothing is promoted
                unless --version says which.
                """)
    ) { context in
        let client = try context.client()
        let changed = try await client.promote(
            try context.required(0), from: try context.requiredOption("--environment"),
            to: context.arguments.value("--to"), version: context.arguments.value("--version"))
        try await context.follow(changed, client)
    }

    static let rollback = CommandEntry(
        CommandSpec(
            "rollback", summary: "Sets an earlier version and holds the environment",
            positionals: [applicationArgument],
            options: [
                environmentOption, OptionSpec("--version", value: "V", help: "default: the one before"), noWaitOption,
            ]
                + OptionSpec.client,
            discussion: """
                No push moves the environment until `deployd release-hold`. Resources are never rolled back.
                """)
    ) { context in
        let client = try context.client()
        let changed = try await client.rollback(
            try context.required(0), environment: try context.requiredOption("--environment"),
            to: context.arguments.value("--version"))
        try await context.follow(changed, client)
    }

    static let releaseHold = CommandEntry(
        CommandSpec(
            "release-hold", summary: "Lets pushes move an environment again", positionals: [applicationArgument],
            options: [environmentOption] + OptionSpec.client)
    ) { context in
        try await context.client().releaseHold(
            try context.required(0), environment: try context.requiredOption("--environment"))
        context.console.line("released; the next push moves it")
    }
}

extension CommandContext {
    /// Says what the environment should have, and follows what brings it there.
    fileprivate func follow(_ changed: Wire.EnvironmentVersion, _ client: APIClient) async throws {
        let follows = !arguments.has("--no-wait")
        if !wantsJSON {
            let hint = follows ? "" : "; `deployd status \(changed.application)` shows how far it is"
            console.line(
                "\(changed.application) in \(changed.environment) should have \(CommandContext.short(changed.desired))\(hint)"
                    .printable)
        }
        if !wantsJSON { try await sayWhatIsNotDeployed(changed, client) }
        if follows {
            let follower = DeploymentFollower(context: self, client: client)
            for deployment in changed.deployments { try await follower.follow(deployment: deployment) }
        }
        if wantsJSON { try showJSON(changed) }
    }

    /// Why nothing is deployed on targets of the environment.
    private func sayWhatIsNotDeployed(_ changed: Wire.EnvironmentVersion, _ client: APIClient) async throws {
        let query = InstanceQuery(application: changed.application, environment: changed.environment)
        let instances = try await allPages { try await client.instances(query, after: $0, limit: 500) }
        for instance in instances where !instance.detached {
            if let text = VersionCommandText.obstacle(on: instance) { console.line(text.printable) }
        }
        if instances.allSatisfy(\.detached) {
            console.line(
                "no target of \(changed.environment) has \(changed.application), so nothing is deployed".printable)
        }
    }
}
