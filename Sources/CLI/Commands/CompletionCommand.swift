extension CommandEntry {
    static let completion = CommandEntry(
        CommandSpec(
            "completion", summary: "Prints a completion script for a shell",
            positionals: [PositionalSpec("SHELL", help: "bash, zsh or fish")],
            discussion:
                "bash: `source <(deployd completion bash)`. zsh: the same. fish: `deployd completion fish | source`.")
    ) { context in
        let specs = CommandTable.clients.map(\.spec) + [ServeSpec.spec]
        switch try context.required(0) {
        case "bash": context.console.line(Completion.bash(specs))
        case "zsh": context.console.line("autoload -U +X bashcompinit && bashcompinit\n" + Completion.bash(specs))
        case "fish": context.console.line(Completion.fish(specs))
        case let other: throw UsageError("no completion for '\(other)': bash, zsh or fish", command: "completion")
        }
    }
}

private enum Completion {
    static func bash(_ specs: [CommandSpec]) -> String {
        let cases = specs.map { spec in
            "    '\(spec.name)'*) words='\(spec.options.map(\.name).joined(separator: " "))' ;;"
        }
        let first = Set(specs.map { String($0.name.split(separator: " ")[0]) }).sorted().joined(separator: " ")
        return """
            _deployd() {
              local words='' line="${COMP_WORDS[*]:1:COMP_CWORD-1}"
              if [ "$COMP_CWORD" = 1 ]; then words='\(first)'; else
                case "$line" in
            \(cases.joined(separator: "\n"))
                esac
              fi
              COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _deployd deployd
            """
    }

    static func fish(_ specs: [CommandSpec]) -> String {
        specs.flatMap { spec -> [String] in
            let name = spec.name.split(separator: " ")[0]
            let head = "complete -c deployd -n __fish_use_subcommand -a '\(name)' -d '\(quoted(spec.summary))'"
            return [head]
                + spec.options.map { option in
                    "complete -c deployd -n '__fish_seen_subcommand_from \(name)' -l \(option.name.dropFirst(2)) "
                        + "-d '\(quoted(option.help))'"
                }
        }.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
    }
}
