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
        var onlyPositionals = false
        while let argument = rest.popFirst() {
            if onlyPositionals || argument == "-" || !argument.hasPrefix("-") {
                positionals.append(argument)
            } else if argument == "--" {
                onlyPositionals = true
            } else if argument == "--help" || argument == "-h" {
                wantsHelp = true
                return
            } else {
                try take(argument, from: &rest, spec: spec)
            }
        }
        for option in spec.options where values[option.name] == nil {
            if let name = option.environment, let value = environment[name], !value.isEmpty {
                values[option.name] = [value]
            }
        }
        try checkPositionals(spec)
    }

    private mutating func take(_ argument: String, from rest: inout ArraySlice<String>, spec: CommandSpec) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let option = spec.options.first(where: { $0.name == parts[0] }) else {
            let hint = NearestName.hint(parts[0], in: spec.options.map(\.name))
            throw UsageError("\(spec.name): unknown option \(parts[0])\(hint)", command: spec.name)
        }
        guard let valueName = option.value else {
            guard parts.count == 1 else { throw UsageError("\(option.name) takes no value", command: spec.name) }
            values[option.name] = [""]
            return
        }
        guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
            throw UsageError("\(option.name) needs a value: \(option.name) \(valueName)", command: spec.name)
        }
        guard values[option.name] == nil || option.isRepeatable else {
            throw UsageError("\(option.name) was given twice", command: spec.name)
        }
        values[option.name, default: []].append(value)
    }

    private func checkPositionals(_ spec: CommandSpec) throws {
        let required = spec.positionals.filter(\.isRequired)
        if positionals.count < required.count {
            throw UsageError("\(spec.name): \(required[positionals.count].name) is missing", command: spec.name)
        }
        let isOpen = spec.positionals.last?.isRepeatable ?? false
        if !isOpen, positionals.count > spec.positionals.count {
            throw UsageError(
                "\(spec.name): unexpected argument '\(positionals[spec.positionals.count])'", command: spec.name)
        }
    }

    /// The option's value, or nil when neither it nor its variable was given.
    public func value(_ option: String) -> String? { values[option]?.last }
    public func values(_ option: String) -> [String] { values[option] ?? [] }
    /// Whether a switch was given.
    public func has(_ option: String) -> Bool { values[option] != nil }

    /// - Parameter index: of the positional.
    public func positional(_ index: Int) -> String? { positionals.indices.contains(index) ? positionals[index] : nil }
}

/// Wrong usage: printed with a pointer to the command's help; exit status 2.
public struct UsageError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public let command: String?

    public init(_ message: String, command: String? = nil) {
        self.message = message
        self.command = command
    }

    public var description: String {
        "\(message) (see `deployd \(command.map { "\($0) " } ?? "")--help`)"
    }
}
