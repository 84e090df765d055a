extension CommandEntry {
    static let completion = CommandEntry(
        CommandSpec(
            "completion", summary: "Prints a completion script for a shell",
            positionals: [PositionalSpec("SHELL", help: shells.joined(separator: ", "), choices: shells)],
            discussion: """
                bash and zsh:  source <(deployd completion bash)   # or zsh, in ~/.bashrc or ~/.zshrc
                fish:          deployd completion fish | source
                """)
    ) { context in
        let completion = ShellCompletion(CommandTable.specs)
        switch try context.required(0) {
        case "bash": context.console.line(completion.bash)
        case "zsh": context.console.line(completion.zsh)
        case "fish": context.console.line(completion.fish)
        case let other: throw context.usage("no completion for '\(other)'; there is \(shells.joined(separator: ", "))")
        }
    }

    private static let shells = ["bash", "zsh", "fish"]
}
