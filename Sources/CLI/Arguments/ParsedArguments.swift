import Core
import Formats

/// What was given to a command, checked against its spec.
public struct ParsedArguments: Sendable, Equatable {
    public private(set) var positionals: [String] = []
    private var values: [String: [String]] = [:]
    /// Whether `--help` was among them; nothing else is checked then.
    public private(set) var wantsHelp = false

    /// Reads `arguments`, and the options' environment variables for what is not among them.
    /// - Throws: `UsageError` naming the argument and what was meant.
    public init(_ arguments: some Sequence<String>, spec: CommandSpec, environment: [String: String]) throws {
        var rest = Array(arguments)[...]
        if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
            wantsHelp = true
            return
        }
        var onlyPositionals = false
        while let argument = rest.popFirst() {
            if onlyPositionals || argument == "-" || !argument.hasPrefix("-") {
                positionals.append(argument)
            } else if argument == "--" {
                onlyPositionals = true
            } else {
                try take(argument, from: &rest, spec: spec)
            }
        }
        try takeVariables(environment, spec: spec)
        try checkPositionals(spec)
    }

    private mutating func take(_ argument: String, from rest: inout ArraySlice<String>, spec: CommandSpec) throws {
        let parts = ParsedArguments.parts(of: argument)
        guard let option = spec.options.first(where: { $0.name == parts[0] || $0.short == parts[0] }) else {
            let hint = NearestName.hint(parts[0], in: spec.options.map(\.name))
            throw UsageError("unknown option \(parts[0])\(hint)", command: spec.name)
        }
        guard let valueName = option.value else {
            guard parts.count == 1 else { throw UsageError("\(option.name) takes no value", command: spec.name) }
            values[option.name] = [""]
            return
        }
        // The next option is no value: somebody forgot it. One that really begins so is given as --option=--value.
        let value = parts.count == 2 ? parts[1] : rest.first?.hasPrefix("--") == true ? nil : rest.popFirst()
        guard let value, !value.isEmpty else {
            throw UsageError("\(option.name) needs a value: \(option.name) \(valueName)", command: spec.name)
        }
        guard values[option.name] == nil || option.isRepeatable else {
            throw UsageError("\(option.name) was given twice", command: spec.name)
        }
        try ParsedArguments.check(value, of: option, spec)
        values[option.name, default: []].append(value)
    }

    private static func check(_ value: String, of option: OptionSpec, _ spec: CommandSpec) throws {
        guard !option.choices.isEmpty, !option.choices.contains(value) else { return }
        throw UsageError(
            "\(option.name) is \(option.choices.joined(separator: " or ")), not '\(value)'", command: spec.name)
    }

    /// The option and, where it is in the same word, its value: `--name=value`, `-nvalue`, `-n=value`.
    private static func parts(of argument: String) -> [String] {
        if argument.hasPrefix("--") {
            return argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        let rest = argument.dropFirst(2)
        let value = rest.hasPrefix("=") ? rest.dropFirst() : rest
        return [String(argument.prefix(2))] + (rest.isEmpty ? [] : [String(value)])
    }

    private mutating func takeVariables(_ environment: [String: String], spec: CommandSpec) throws {
        for option in spec.options where values[option.name] == nil {
            guard let name = option.environment, let value = environment[name], !value.isEmpty else { continue }
            if option.value != nil {
                try ParsedArguments.check(value, of: option, spec)
                values[option.name] = [value]
            } else if try ParsedArguments.isOn(value, variable: name, command: spec.name) {
                values[option.name] = [""]
            }
        }
    }

    private static func isOn(_ value: String, variable: String, command: String) throws -> Bool {
        switch value.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default: throw UsageError("\(variable) is true or false, not '\(value)'", command: command)
        }
    }

    private func checkPositionals(_ spec: CommandSpec) throws {
        let required = spec.positionals.filter(\.isRequired)
        if positionals.count < required.count {
            throw UsageError("\(required[positionals.count].name) is missing", command: spec.name)
        }
        let isOpen = spec.positionals.last?.isRepeatable ?? false
        if !isOpen, positionals.count > spec.positionals.count {
            let message = spec.surplus ?? "unexpected argument '\(positionals[spec.positionals.count])'"
            throw UsageError(message, command: spec.name)
        }
        if let index = positionals.firstIndex(where: \.isEmpty) {
            throw UsageError(
                "\(spec.positionals[min(index, spec.positionals.count - 1)].name) is empty", command: spec.name)
        }
    }

    /// The option's value, or nil when neither it nor its variable was given.
    public func value(_ option: String) -> String? { values[option]?.last }
    public func values(_ option: String) -> [String] { values[option] ?? [] }
    /// Whether a switch was given, or an option with a value.
    public func has(_ option: String) -> Bool { values[option] != nil }

    /// - Parameter index: of the positional.
    public func positional(_ index: Int) -> String? { positionals.indices.contains(index) ? positionals[index] : nil }
}
