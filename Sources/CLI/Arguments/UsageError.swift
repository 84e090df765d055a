/// Wrong usage: printed with a pointer to the command's help; exit status 2.
public struct UsageError: Error, Sendable, CustomStringConvertible {
    public let message: String
    /// Whose help is pointed to; nil: the program's.
    public let command: String?

    public init(_ message: String, command: String? = nil) {
        self.message = message
        self.command = command
    }

    public var description: String {
        guard let command else { return "\(message) (see `deployd --help`)" }
        return "\(command): \(message) (see `deployd \(command) --help`)"
    }
}
