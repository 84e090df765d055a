import Client

extension CommandEntry {
    static let resourceRecreate = CommandEntry(
        CommandSpec(
            "resource recreate", summary: "Lets a resource that is gone be made anew, empty",
            positionals: [PositionalSpec("ID", help: "its id; see `deployd get resources`")],
            options: OptionSpec.client,
            discussion: """
                For what was lost and is not to be put back: a deployment refuses to begin with nothing where there was
                something. It is made by the next deployment, before which `beforeDeploy` runs again. What is there is never
                touched.
                """)
    ) { context in
        let client = try context.client()
        let resource = try await client.recreateResource(try context.required(0))
        if context.wantsJSON { return try context.showJSON(resource) }
        let head = "\(resource.name) (\(resource.slug))"
        guard let application = resource.application, let target = resource.target else {
            return context.console.line(
                "\(head) of the world \(resource.world) is made anew by the next deployment of a service that uses it"
                    .printable)
        }
        let environment = try await client.instance(application, target: target).environment
        context.console.line(
            "\(head) of \(application) on \(target) is made anew by the next deployment: "
                + "`deployd apply \(application) --environment \(environment)`".printable)
    }
}

extension Wire.Resource {
    /// `data (sqlite) of hello on local`
    var place: String {
        let owner =
            application.map { "of \($0)" + (target.map { " on \($0)" } ?? "") } ?? "of the world \(world), for everyone"
        return "\(name) (\(slug)) \(owner)"
    }

    /// What to do where it is gone.
    var advice: String {
        "\(place) is missing: \(reason ?? "it is gone"); put it back, or `deployd resource recreate \(id)`"
    }
}
