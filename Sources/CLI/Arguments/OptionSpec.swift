/// One option of a command, e.g. `--server URL`.
public struct OptionSpec: Sendable {
    /// With its dashes.
    public let name: String
    /// A letter with one dash, e.g. `-l`.
    public let short: String?
    /// What the value is called in the help; nil: a switch without a value.
    public let value: String?
    /// The environment variable that stands in when the option is not given.
    public let environment: String?
    public let isRepeatable: Bool
    /// Shown in the usage; the command refuses to go without.
    public let isRequired: Bool
    public let help: String
    /// What the value can be, where that is a list; the completions offer these.
    public let choices: [String]

    public init(
        _ name: String, short: String? = nil, value: String? = nil, environment: String? = nil,
        isRepeatable: Bool = false, isRequired: Bool = false, help: String, choices: [String] = []
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.environment = environment
        self.isRepeatable = isRepeatable
        self.isRequired = isRequired
        self.help = help
        self.choices = choices
    }
}
