import Client
import Core

private let environmentOption = OptionSpec("--environment", value: "E", help: "the environment")
private let applicationArgument = PositionalSpec("APPLICATION", help: "the application's name")

extension CommandEntry {
    static let setVersion = CommandEntry(
        CommandSpec(
            "set-version", summary: "Sets the version that an environment should have",
            positionals: [applicationArgument],
            options: [
                environmentOption, OptionSpec("--version", value: "V", help: "a release; see `deployd get releases`"),
            ]
                + OptionSpec.client)
    ) { context in
        let environment = try context.requiredOption("--environment")
        let version = try context.requiredOption("--version")
        let changed = try await context.client().setVersion(
            version, of: try context.required(0), environment: environment)
        try context.show(changed)
    }

    static let rollback = CommandEntry(
        CommandSpec(
            "rollback", summary: "Sets an earlier version and holds the environment",
            positionals: [applicationArgument],
            options: [environmentOption, OptionSpec("--version", value: "V", help: "default: the one before")]
                + OptionSpec.client,
            discussion: """
                No push moves the environment until `deployd release-hold`. Resources are never rolled back.
                """)
    ) { context in
        let changed = try await context.client().rollback(
            try context.required(0), environment: try context.requiredOption("--environment"),
            to: context.arguments.value("--version"))
        try context.show(changed)
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
    fileprivate func show(_ version: Wire.EnvironmentVersion) throws {
        if wantsJSON { return try showJSON(version) }
        console.line(
            "\(version.application) in \(version.environment) should have \(CommandContext.short(version.desired)); "
                + "`deployd status \(version.application)` shows how far it is")
    }
}
