/// Completion scripts, made from what the commands take.
struct ShellCompletion {
    private let specs: [CommandSpec]

    init(_ specs: [CommandSpec]) { self.specs = specs }

    /// The commands' first words, each once.
    private var firstWords: [String] { Set(specs.map(\.firstWord)).union(["help"]).sorted() }

    /// `repo` → `add list remove`
    private var groups: [(name: String, words: [String])] {
        let grouped = Dictionary(grouping: specs.filter { $0.secondWord != nil }, by: \.firstWord)
        return grouped.mapValues { $0.compactMap(\.secondWord).sorted() }.sorted { $0.key < $1.key }
            .map { (name: $0.key, words: $0.value) }
    }

    /// Words by the option that they are for; of one that takes any value, none. The shell then offers files.
    private var optionCases: [String] {
        let valued = specs.flatMap(\.options).filter { $0.value != nil }
        let choices = Dictionary(
            valued.flatMap { option in
                option.names.map { name in
                    (name, option.choices + [CompletedNames(option: name)?.call].compactMap(\.self))
                }
            },
            uniquingKeysWith: { first, second in first + second.filter { !first.contains($0) } })
        return Dictionary(grouping: choices.sorted { $0.key < $1.key }, by: \.value)
            .sorted { $0.value[0].key < $1.value[0].key }
            .map { words, options in
                let pattern = options.map { "'\($0.key)'" }.joined(separator: "|")
                return "    \(pattern)) words=\"\(words.joined(separator: " "))\" ;;"
            }
    }

    var bash: String {
        let groupCases = groups.map { "      '\($0.name)') words='\($0.words.joined(separator: " "))' ;;" }
        let cases = specs.map { spec in
            let names = spec.names.map { " \($0.call)" } ?? ""
            return "      '\(spec.name)'|'\(spec.name) '*) words=\"\(spec.words.joined(separator: " "))\(names)\" ;;"
        }
        return """
            _deployd() {
              local words='' line="${COMP_WORDS[*]:1:$((COMP_CWORD - 1))}"
              case "${COMP_WORDS[COMP_CWORD - 1]}" in
            \(optionCases.joined(separator: "\n"))
                *)
                case "$line" in
                  ''|'help') words='\(firstWords.joined(separator: " "))' ;;
            \((groupCases + cases).joined(separator: "\n"))
                esac ;;
              esac
              COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _deployd deployd
            """
    }

    /// zsh reads bash's.
    var zsh: String { "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" + bash }

    var fish: String {
        let first = specs.filter { $0.secondWord == nil }.map { spec in
            "complete -c deployd -n __fish_use_subcommand -a \(spec.name) -d '\(quoted(spec.summary))'"
        }
        let groups = groups.map { group in
            "complete -c deployd -n __fish_use_subcommand -a \(group.name) -d '\(group.words.joined(separator: ", "))'"
        }
        return (first + groups + specs.flatMap(fishLines)).joined(separator: "\n")
    }

    private func fishLines(of spec: CommandSpec) -> [String] {
        let condition = spec.name.split(separator: " ").map { "__fish_seen_subcommand_from \($0)" }
            .joined(separator: "; and ")
        let head = "complete -c deployd -n '\(condition)'"
        let second = spec.secondWord.map { word in
            let others = groups.first { $0.name == spec.firstWord }?.words.joined(separator: " ") ?? ""
            return "complete -c deployd -f -n '__fish_seen_subcommand_from \(spec.firstWord); "
                + "and not __fish_seen_subcommand_from \(others)' -a \(word) -d '\(quoted(spec.summary))'"
        }
        let choices =
            spec.positionals.flatMap(\.choices).map { "\(head) -f -a \($0)" }
            + [spec.names.map { "\(head) -f -a '(\($0.question))'" }].compactMap(\.self)
        let options = spec.options.map { option in
            let short = option.short.map { " -s \($0.dropFirst())" } ?? ""
            let offered =
                option.choices + [CompletedNames(option: option.name).map { "(\($0.question))" }].compactMap(\.self)
            let values = offered.isEmpty ? " -r" : " -x -a '\(offered.joined(separator: " "))'"
            return "\(head) -l \(option.name.dropFirst(2))\(short)\(option.value == nil ? "" : values)"
                + " -d '\(quoted(option.help))'"
        }
        return [second].compactMap(\.self) + choices + options
    }

    private func quoted(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
    }
}

extension CommandSpec {
    fileprivate var firstWord: String { String(name.prefix { $0 != " " }) }
    fileprivate var secondWord: String? { name.split(separator: " ").dropFirst().first.map(String.init) }
    /// What may follow the command.
    fileprivate var words: [String] { positionals.flatMap(\.choices) + options.flatMap(\.names) }
}

extension CommandSpec {
    /// What the server is asked for of its arguments.
    fileprivate var names: CompletedNames? { positionals.lazy.compactMap { CompletedNames(positional: $0.name) }.first }
}

extension CompletedNames {
    fileprivate var question: String { "deployd __names \(rawValue) 2>/dev/null" }
    /// For bash, within double quotes.
    fileprivate var call: String { "$(\(question))" }
}

extension OptionSpec {
    fileprivate var names: [String] { [short, name].compactMap(\.self) }
}
