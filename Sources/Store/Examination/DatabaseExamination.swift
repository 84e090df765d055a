public import Core
public import Crypto
import Glibc
public import Model

/// Looks at the database of a data directory from outside: the server may run or not, and nothing is written. Blocks.
public struct DatabaseExamination: Sendable {
    public let findings: [Finding]
    /// nil when the database cannot be read as far as that.
    public let inventory: DataInventory?

    /// - Parameters:
    ///   - masterKey: nil: what is sealed is not opened.
    ///   - program: this program's version.
    public init(directory: String, masterKey: MasterKey?, program: String, now: Timestamp) {
        let path = "\(directory)/deployd.db"
        let file = FindingCheck(.database, "file")
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else {
            self.init([
                file.problem(
                    "there is no database \(path)",
                    do: "name the server's data directory with --data; if this is it, restore a backup")
            ])
            return
        }
        do {
            let connection = try Connection(path: path, role: .examiner)
            try connection.run("BEGIN")
            // The first that reads the file.
            try connection.run("PRAGMA schema_version")
            defer { _ = try? connection.run("ROLLBACK") }
            let look = DatabaseLook(connection: connection, path: path, masterKey: masterKey, now: now)
            self = look.run(Migrations(known: Schema.migrations, program: program))
        } catch {
            self.init([
                file.problem(
                    "the database \(path) cannot be read: \(DatabaseLook.message(error))",
                    do: "run doctor as the server's user; a damaged database is replaced by a backup")
            ])
        }
    }

    init(_ findings: [Finding], _ inventory: DataInventory? = nil) {
        self.findings = findings
        self.inventory = inventory
    }
}
