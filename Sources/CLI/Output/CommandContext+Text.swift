import Client
import Core

extension CommandContext {
    func showJSON(_ value: some Encodable) throws {
        console.bytes(try WireJSON.bytes(value) + [0x0A])
    }

    /// A version as a table shows it: a commit by its first 12 digits.
    static func short(_ version: String?) -> String {
        guard let version else { return "-" }
        let isCommit =
            version.utf8.count == 40
            && version.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
        return isCommit ? String(version.prefix(12)) : version
    }

    /// A moment to the second, in UTC.
    static func short(_ moment: Timestamp?) -> String {
        guard let text = moment?.rfc3339 else { return "-" }
        return String(text.prefix(10)) + " " + String(text.dropFirst(11).prefix(8)) + "Z"
    }

    static func colour(of health: String) -> Colour? {
        switch health {
        case "healthy", "succeeded", "processed", "ready": .green
        case "progressing", "running", "pending", "accepted", "processing", "superseded", "unknown", "suspended":
            .yellow
        case "degraded", "missing", "failed", "unavailable": .red
        default: nil
        }
    }

    static func cell(_ state: String) -> Table.Cell { Table.Cell(state, colour(of: state)) }

    /// The first line of a reason.
    static func first(_ reason: String?) -> String {
        guard let reason, let line = reason.split(separator: "\n").first else { return "" }
        return String(line)
    }
}
