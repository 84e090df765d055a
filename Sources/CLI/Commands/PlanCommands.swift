import Client
import Core

private let applicationArgument = PositionalSpec("APPLICATION", help: "the application's name")
private let environmentOption = OptionSpec("--environment", value: "E", isRequired: true, help: "the environment")

extension CommandEntry {
    static let plan = CommandEntry(
        CommandSpec(
            "plan", summary: "Says what a deployment would do; changes nothing", positionals: [applicationArgument],
            options: [
                environmentOption,
                OptionSpec("--version", value: "V", help: "default: the one that the environment should have"),
            ] + OptionSpec.client)
    ) { context in
        let plan = try await context.client().plan(
            Wire.PlanRequest(
                application: try context.required(0), environment: try context.requiredOption("--environment"),
                version: context.arguments.value("--version")))
        if context.wantsJSON { return try context.showJSON(plan) }
        context.show(plan)
    }
}

extension CommandContext {
    fileprivate func show(_ plan: Wire.Plan) {
        console.line("\(plan.application) \(plan.version) in \(plan.environment)".printable)
        for target in plan.targets {
            console.line("\(target.target):".printable)
            for action in target.actions {
                console.line("  \(action.action)  \(action.kind) \(action.name): \(action.detail)".printable)
                if action.kind == "workload" { showObjects(of: target) }
            }
            for refusal in target.refusals { console.line("  refused: \(refusal)".printable) }
        }
        if plan.targets.isEmpty { console.line("no target there is deployed to by this server") }
        console.line("plan \(plan.digest)")
    }

    /// Beneath the workload's action, as a difference.
    private func showObjects(of target: Wire.Plan.Target) {
        let unchanged = target.objects.filter { $0.diff.isEmpty && $0.action == "none" }.count
        for object in target.objects where !object.diff.isEmpty || object.action != "none" {
            console.line("    \(object.action)  \(object.kind) \(object.name)".printable)
            for line in object.diff {
                let colour: Colour? = line.hasPrefix("+") ? .green : line.hasPrefix("-") ? .red : nil
                console.line("      " + console.paint(line.printable, colour))
            }
        }
        if unchanged > 0 { console.line("    \(unchanged) \(unchanged == 1 ? "object stays" : "objects stay") as now") }
        for (number, line) in (target.note ?? "").split(separator: "\n").enumerated() {
            console.line("    \(number == 0 ? "note: " : "  ")\(line)".printable)
        }
    }
}
