/// What a command takes; its `--help`, its errors and the shell completions are made from it.
public struct CommandSpec: Sendable {
    /// One word, or two for a command of a group (`repo add`).
    public let name: String
    public let summary: String
    public let positionals: [PositionalSpec]
    public let options: [OptionSpec]
    /// Longer text and examples, shown after the options.
    public let discussion: String
    /// What is said of one argument too many, which is then not repeated: it may be a secret.
    public let surplus: String?

    public init(
        _ name: String, summary: String, positionals: [PositionalSpec] = [], options: [OptionSpec] = [],
        discussion: String = "", surplus: String? = nil
    ) {
        self.name = name
        self.summary = summary
        self.positionals = positionals
        self.options = options
        self.discussion = discussion
        self.surplus = surplus
    }
}
