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
        try await InstanceChange(context: context).run("stop", "stopped") { try await $0.stop($1, target: $2) }
    }

    static let start = CommandEntry(
        spec("start", "Starts what was stopped, with the version that it had", "")
    ) { context in
        try await InstanceChange(context: context).run("start", "started") { try await $0.start($1, target: $2) }
    }

    static let restart = CommandEntry(
        spec(
            "restart", "Runs the same version anew",
            """
            It runs beside the old one until it is healthy, so that no request fails. Where what it would be deployed with
            has changed meanwhile, it is stopped and started as it is.
            """)
    ) { context in
        try await InstanceChange(context: context).run("restart", "restarted") { try await $0.restart($1, target: $2) }
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
        let passed = name == "destroy" ? "" : " Where others deploy is passed over."
        let several =
            "With --selector, every instance with these labels, one after the other; those are listed first.\(passed)"
        return CommandSpec(
            name, summary: summary,
            positionals: [PositionalSpec("APPLICATION", isRequired: false, help: "the application's name")],
            options: [
                OptionSpec("--target", value: "T", help: "needed when it is on several"), .selector,
                OptionSpec("--no-wait", help: "do not wait until it is done"),
            ] + options + OptionSpec.client,
            discussion: discussion.isEmpty ? several : "\(discussion)\n\(several)")
    }
}
