import Client
import Core

extension CommandEntry {
    static let rename = CommandEntry(
        CommandSpec(
            "rename", summary: "Gives an application another name, with all that it has",
            positionals: [
                PositionalSpec("OLD", help: "the application's name"),
                PositionalSpec("NEW", help: "the name that it is to have; no application has it"),
            ],
            options: OptionSpec.client,
            discussion: """
                Instances, releases, versions, holds, secrets, resources and deployments follow; the history goes on. What runs
                is not touched and keeps its addresses; data stays where it is. Nothing may be under way: wait for
                deployments to end.

                Rename first, then write the new name into the service's deployd.yaml and push: a push with the old name
                is refused, and a push with a new name that was not renamed makes another application. Services that
                require it by the old name go on finding it, until another application is given that name.

                An entrypoint whose host name is made of the application's name has the new one from the next deployment on.

                  deployd rename hello greeter
                """)
    ) { context in
        let (old, new) = (try context.required(0), try context.required(1))
        let application = try await context.client().rename(old, to: new)
        if context.wantsJSON { return try context.showJSON(application) }
        context.console.line("\(old) is \(application.name) now".printable)
        guard let owner = application.owner else { return }
        let place = owner.path.isEmpty ? "" : "\(owner.path)/"
        context.console.line(
            "write `service: \(application.name)` in \(place)deployd.yaml of \(owner.repository) before it is pushed again"
                .printable)
    }
}
