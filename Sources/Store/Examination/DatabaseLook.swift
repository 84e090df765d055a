import Core
import Crypto
import Glibc
import Model

/// What is looked at in one snapshot of a database.
struct DatabaseLook {
    let connection: Connection
    let path: String
    let masterKey: MasterKey?
    let now: Timestamp

    func run(_ migrations: Migrations) -> DatabaseExamination {
        var findings = checked("integrity", integrity) + checked("foreignKeys", foreignKeys)
        let schema = self.schema(migrations)
        findings.append(schema)
        findings += checked("writeAheadLog", writeAheadLog)
        // What another version made may have other columns.
        guard schema.level == .ok else { return DatabaseExamination(findings) }
        findings += checked("events", events) + checked("clock", clock) + checked("sealed", sealed)
        findings += WorkLook(connection: connection, now: now).findings
        do {
            guard let masterKey else { return DatabaseExamination(findings) }
            let reader = StoredReader(connection: connection, vault: Vault(key: masterKey))
            return DatabaseExamination(findings, try reader.inventory())
        } catch {
            let unread = FindingCheck(.database, "inventory").problem(
                "what is recorded cannot be read whole: \(DatabaseLook.message(error))",
                do: "mend what is named above; else restore a backup")
            return DatabaseExamination(findings + [unread])
        }
    }

    /// A check that cannot be made is a problem of its own.
    private func checked(_ name: String, _ body: (FindingCheck) throws -> [Finding]) -> [Finding] {
        let check = FindingCheck(.database, name)
        do { return try body(check) } catch {
            return [
                check.problem(
                    "cannot be looked at: \(DatabaseLook.message(error))", do: "stop deployd and restore a backup")
            ]
        }
    }

    private func integrity(_ check: FindingCheck) throws -> [Finding] {
        let lines: [String] = try connection.all("PRAGMA integrity_check(20)") { try $0[0] }
        let wrong = lines.filter { $0 != "ok" }.map {
            check.problem("the database is damaged: \($0)", do: "stop deployd and restore a backup")
        }
        return check.list(wrong, orOk: "SQLite's integrity_check passes")
    }

    private func foreignKeys(_ check: FindingCheck) throws -> [Finding] {
        let rows: [(String, String)] = try connection.all("PRAGMA foreign_key_check") { (try $0[0], try $0[2]) }
        let wrong = Dictionary(grouping: rows) { "\($0.0) \($0.1)" }.values.compactMap(\.first).sorted { $0.0 < $1.0 }
            .map { table, parent in
                check.problem(
                    "\(table) has a row that refers to one of \(parent) which is not there",
                    do: "stop deployd and restore a backup")
            }
        return check.list(wrong, orOk: "every reference leads somewhere")
    }

    private func schema(_ migrations: Migrations) -> Finding {
        let check = FindingCheck(.database, "schema")
        do {
            let id: Int64 = try connection.first("PRAGMA application_id") { try $0[0] } ?? 0
            guard id == Migrations.applicationID else {
                return check.problem("\(path) is not a database of deployd", do: "give the server's --data")
            }
            let count = try migrations.applied(on: connection, path: path)
            guard count == migrations.known.count else {
                return check.warning(
                    "the database is of an older deployd: \(migrations.known.count - count) changes of its schema wait",
                    do: "start this deployd on it, or look with the one that uses it")
            }
            return check.ok("schema \(count), as this deployd \(migrations.program) has it")
        } catch {
            return check.problem(DatabaseLook.message(error), do: "use the deployd that the database is of")
        }
    }

    private func writeAheadLog(_ check: FindingCheck) throws -> [Finding] {
        var status = stat()
        let size = stat("\(path)-wal", &status) == 0 ? Int(status.st_size) : 0
        // The server shortens it at 64 MB; a long read or a backup may hold that up.
        guard size > 256 << 20 else { return [check.ok("the write-ahead log has \(size >> 10) KiB")] }
        return [
            check.warning(
                "the write-ahead log has \(size >> 20) MiB: something reads for very long, or the disk is full",
                do: "end long downloads of backups and other programs that have the database open; restart deployd")
        ]
    }

    private func events(_ check: FindingCheck) throws -> [Finding] {
        let found: (count: Int64, first: Int64?, last: Int64?)? = try connection.first(
            "SELECT count(*), min(id), max(id) FROM events"
        ) { (try $0[0], try $0[1], try $0[2]) }
        guard let found, let last = found.last else { return [check.ok("there are no events yet")] }
        guard found.first == 1, found.count == last else {
            return [
                check.problem(
                    "the history has gaps: \(found.count) events with numbers up to \(last)",
                    do: "the file was changed by something else than deployd: restore a backup")
            ]
        }
        return [check.ok("\(last) events without a gap")]
    }

    private func clock(_ check: FindingCheck) throws -> [Finding] {
        let newest: Timestamp? = try connection.first("SELECT max(time) FROM events") { try $0[0] as Timestamp? } ?? nil
        guard let newest, newest > now + .seconds(60) else { return [check.ok("the clock reads \(now)")] }
        return [
            check.warning(
                "the clock reads \(now), and there is an event of \(newest): it was set back, or runs wrong",
                do: "let it be kept (`timedatectl set-ntp true`); the order of events is that of their numbers")
        ]
    }

    private func sealed(_ check: FindingCheck) throws -> [Finding] {
        guard let masterKey else {
            return [
                check.problem(
                    "what is sealed was not opened, without the master key", do: "put the file back as it was")
            ]
        }
        let vault = Vault(key: masterKey)
        let opened = try SealedColumn.all.map { try $0.open(with: vault, on: connection) }
        let wrong = opened.flatMap(\.failures).map {
            check.problem($0, do: "put back the master key that belongs to this database; else set the secret again")
        }
        let count = opened.reduce(0) { $0 + $1.count }
        return check.list(wrong, orOk: "all \(count) sealed values open with the master key")
    }

    static func message(_ error: any Error) -> String {
        if let error = error as? SQLiteError { return "\(error.explained.message) (\(error.message))" }
        return (error as? DeploydError)?.message ?? "\(error)"
    }
}
