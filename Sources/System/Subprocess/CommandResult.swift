/// What a command that ran to its end left behind.
public struct CommandResult: Sendable, Equatable {
    /// How much of standard error is kept: its last 64 KiB.
    public static let errorOutputLimit = 64 * 1024

    public let status: ExitStatus
    /// All of standard output; empty when it was handed over piece by piece.
    public let output: [UInt8]
    /// The end of standard error.
    public let errorOutput: [UInt8]

    public init(status: ExitStatus, output: [UInt8], errorOutput: [UInt8]) {
        self.status = status
        self.output = output
        self.errorOutput = errorOutput
    }

    public var succeeded: Bool { status.succeeded }

    /// Standard output as text; bytes that are not UTF-8 are replaced.
    public var text: String { String(decoding: output, as: UTF8.self) }

    /// The end of standard error as text, without the line breaks at its end.
    public var errorText: String {
        let end = errorOutput.lastIndex { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }
        return String(decoding: errorOutput.prefix((end ?? -1) + 1), as: UTF8.self)
    }
}
