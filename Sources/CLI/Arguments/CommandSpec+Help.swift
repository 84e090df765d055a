extension CommandSpec {
    /// `deployd push [DIR] [options]`
    public var usage: String {
        let words = positionals.map { positional in
            let name = positional.isRepeatable ? "\(positional.name)…" : positional.name
            return positional.isRequired ? name : "[\(name)]"
        }
        let required = options.filter(\.isRequired).map { option in [option.name, option.value].compactMap(\.self) }
        let rest = options.allSatisfy(\.isRequired) ? [] : ["[options]"]
        return (["deployd \(name)"] + words + required.flatMap { $0 } + rest).joined(separator: " ")
    }

    /// The whole text of `--help`.
    public var help: String {
        var text = "\(summary)\n\nUsage: \(usage)\n"
        if !positionals.isEmpty {
            text += "\nArguments:\n" + table(positionals.map { ($0.name, $0.help) })
        }
        if !options.isEmpty {
            text += "\nOptions:\n" + table(options.map { ($0.usage, $0.helpWithVariable) })
        }
        return discussion.isEmpty ? text : text + "\n\(discussion)\n"
    }

    private func table(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, help in
            "  \(name)\(String(repeating: " ", count: width - name.count))  \(help)\n"
        }.joined()
    }
}

extension OptionSpec {
    fileprivate var usage: String {
        let names = short.map { "\($0), \(name)" } ?? name
        return value.map { "\(names) \($0)" } ?? names
    }
    fileprivate var helpWithVariable: String { environment.map { "\(help) [\($0)]" } ?? help }
}
