import Core
import System

extension CommandContext {
    /// With room for the line end.
    private static let secretLimit = (64 << 10) + 2

    /// The secret in the file that an option names; nil when the option was not given.
    func secret(_ option: String) throws -> Secret? { try arguments.value(option).map(secret(file:)) }

    /// A secret from a file, or with `-` from standard input, without the line end that editors add.
    func secret(file: String) throws -> Secret {
        guard file == "-" else {
            return try CommandContext.secret(try Files.read(file, limit: CommandContext.secretLimit), from: file)
        }
        return try CommandContext.secret(
            try StandardInput.read(limit: CommandContext.secretLimit), from: "standard input")
    }

    static func secret(_ bytes: [UInt8], from source: String) throws -> Secret {
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw DeploydError(.invalid, "\(source) is not text in UTF-8")
        }
        // A line feed, or both characters of a Windows line end: one `Character` either way.
        if text.last == "\n" || text.last == "\r\n" { text.removeLast() }
        guard !text.isEmpty else { throw DeploydError(.invalid, "\(source) is empty; it should hold the secret") }
        return Secret(text)
    }
}
