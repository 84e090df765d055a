import Core
import Formats

extension CommandEntry {
    static let validate = CommandEntry(
        CommandSpec(
            "validate", summary: "Checks deployd.yaml, world files and resource repositories (offline)",
            positionals: [
                PositionalSpec(
                    "PATH", isRequired: false, isRepeatable: true,
                    help: "files and folders; default the current folder")
            ],
            discussion: """
                In a folder these are checked: deployd.yaml with every service that it lists, worlds/*.yaml and
                resource-repos/*/*.yaml, also against each other; in a folder without any of them, such as worlds itself,
                each *.yaml. Every error of every file is printed, one a line: FILE:LINE:COLUMN: KEY: what is wrong.
                """)
    ) { context in
        let paths = context.arguments.positionals.isEmpty ? ["."] : context.arguments.positionals
        var validation = Validation()
        for path in paths { await validation.check(path) }
        for problem in validation.problems { context.console.line(problem) }
        let count = validation.problems.count
        guard count == 0 else { throw DeploydError(.invalid, count == 1 ? "1 error" : "\(count) errors") }
        context.console.line("ok: \(validation.checked) \(validation.checked == 1 ? "file" : "files")")
    }
}
