/// One option of a command, e.g. `--server URL`.
public struct OptionSpec: Sendable {
    /// With its dashes.
    public let name: String
    /// What the value is called in the help; nil: a switch without a value.
    public let value: String?
    /// The environment variable that stands in when the option is not given.
    public let environment: String?
    public let isRepeatable: Bool
    public let help: String

    public init(
        _ name: String, value: String? = nil, environment: String? = nil, isRepeatable: Bool = false, help: String
    ) {
        self.name = name
        self.value = value
        self.environment = environment
        self.isRepeatable = isRepeatable
        self.help = help
    }
}

/// One positional argument of a command.
public struct PositionalSpec: Sendable {
    public let name: String
    public let isRequired: Bool
    public let isRepeatable: Bool
    public let help: String

    public init(_ name: String, isRequired: Bool = true, isRepeatable: Bool = false, help: String) {
        self.name = name
        self.isRequired = isRequired
        self.isRepeatable = isRepeatable
        self.help = help
    }
}

/// What a command takes; its `--help`, its errors and the shell completions are made from it.
public struct CommandSpec: Sendable {
    /// One word, or two for a command of a group (`repo add`).
    public let name: String
    public let summary: String
    public let positionals: [PositionalSpec]
    public let options: [OptionSpec]
    /// Longer text and examples, shown after the options.
    public let discussion: String

    public init(
        _ name: String, summary: String, positionals: [PositionalSpec] = [], options: [OptionSpec] = [],
        discussion: String = ""
    ) {
        self.name = name
        self.summary = summary
        self.positionals = positionals
        self.options = options
        self.discussion = discussion
    }
}
