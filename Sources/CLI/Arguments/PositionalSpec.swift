/// One positional argument of a command.
public struct PositionalSpec: Sendable {
    public let name: String
    public let isRequired: Bool
    public let isRepeatable: Bool
    public let help: String
    /// What it can be, where that is a list; the completions offer these.
    public let choices: [String]

    public init(
        _ name: String, isRequired: Bool = true, isRepeatable: Bool = false, help: String, choices: [String] = []
    ) {
        self.name = name
        self.isRequired = isRequired
        self.isRepeatable = isRepeatable
        self.help = help
        self.choices = choices
    }
}
