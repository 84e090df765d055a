public import Core

/// What people want to know of a commit.
public struct CommitDescription: Sendable, Hashable {
    public let author: String
    public let email: String
    public let committedAt: Timestamp
    public let subject: String

    public init(author: String, email: String, committedAt: Timestamp, subject: String) {
        self.author = author
        self.email = email
        self.committedAt = committedAt
        self.subject = subject
    }

    /// Reads what `GitCommands.describe` prints: four fields, each ended by a NUL.
    static func parse(_ output: [UInt8]) -> CommitDescription? {
        let fields = output.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.count == 5, let seconds = Int64(fields[2]) else { return nil }
        return CommitDescription(
            author: fields[0], email: fields[1], committedAt: Timestamp(seconds: seconds), subject: fields[3])
    }
}
