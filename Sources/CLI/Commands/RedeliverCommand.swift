import Client
import Core

extension CommandEntry {
    static let redeliver = CommandEntry(
        CommandSpec(
            "redeliver", summary: "Processes a delivery again",
            positionals: [PositionalSpec("DELIVERY", help: "its id; see `deployd get deliveries`")],
            options: OptionSpec.client)
    ) { context in
        let delivery = try await context.client().redeliver(try context.required(0))
        if context.wantsJSON { return try context.showJSON(delivery) }
        context.console.line("\(delivery.id) is processed again; `deployd get deliveries` shows what comes of it")
    }
}
