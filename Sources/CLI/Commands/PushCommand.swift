import Client
import Core

extension CommandEntry {
    static let push = CommandEntry(
        CommandSpec(
            "push", summary: "Deploys a folder as it is, committed or not",
            positionals: [PositionalSpec("DIR", isRequired: false, help: "the folder; default the current one")],
            options: pushOptions + [OptionSpec("--no-wait", help: "do not follow the deployment")] + OptionSpec.client,
            discussion: """
                Files that git ignores stay out. The folder needs a deployd.yaml. The version is
                local-TIME-HASH, and is marked as not clean.

                Of a root that lists services every one is deployed, or those that --service names. A folder that such a
                root lists is pushed together with the root, and built there.
                """)
    ) { context in
        let folder = try await PushedFolder.find(
            context.arguments.positional(0) ?? ".", only: context.arguments.values("--service"))
        let push = TreePush(context: context, client: try context.client(), folder: folder)
        let sent = try await push.send()
        guard context.arguments.has("--no-wait") else {
            let deliveries = try await push.follow(sent)
            guard context.wantsJSON else { return }
            if folder.isListed { return try context.showJSON(Wire.Page(items: deliveries)) }
            if let only = deliveries.first { try context.showJSON(only) }
            return
        }
        for one in sent {
            if context.wantsJSON {
                try context.showJSON(one.receipt)
            } else {
                let name = folder.isListed ? "\(one.service.name) is " : ""
                context.console.line("\(name)accepted as delivery \(one.receipt.delivery)".printable)
            }
        }
    }

    /// Of `push` and `watch`.
    static let pushOptions = [
        OptionSpec("--environment", value: "E", help: "where it goes; needed unless the application has only one"),
        OptionSpec(
            "--service", value: "NAME", isRepeatable: true, help: "only this one of several services; may be repeated"),
    ]
}
