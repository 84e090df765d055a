import Core

/// Brings a database's schema to what this program knows, and refuses one that it does not know.
struct Migrations {
    /// `PRAGMA application_id`: says in the file's header whose it is ("dply").
    static let applicationID: Int64 = 0x6470_6c79

    let known: [Migration]
    /// This program's version.
    let program: String

    /// - Throws: `DeploydError` `.conflict` for a database of a newer or another program.
    func apply(on connection: Connection, path: String, now: Timestamp) throws {
        try claim(connection, path)
        for (position, migration) in known.enumerated().dropFirst(try applied(on: connection, path: path)) {
            try transaction(connection) {
                for statement in migration.statements { try connection.run(SQL(raw: statement)) }
                try connection.run(
                    """
                    INSERT INTO migrations (position, name, sql, program, appliedAt)
                    VALUES (\(position), \(migration.name), \(migration.text), \(program), \(now))
                    """)
            }
        }
    }

    /// How many of the known ones a database has.
    /// - Throws: as `apply`.
    func applied(on connection: Connection, path: String) throws -> Int {
        let applied = try connection.all("SELECT name, sql, program FROM migrations ORDER BY position") { row in
            Applied(name: try row["name"], sql: try row["sql"], program: try row["program"])
        }
        for (position, one) in applied.enumerated() { try check(one, at: position, applied: applied, path) }
        return applied.count
    }

    private struct Applied {
        let name: String
        let sql: String
        let program: String
    }

    private func claim(_ connection: Connection, _ path: String) throws {
        let id: Int64 = try connection.first("PRAGMA application_id") { try $0[0] } ?? 0
        if id == Migrations.applicationID { return }
        let tables: Int64 = try connection.first("SELECT count(*) FROM sqlite_schema") { try $0[0] } ?? 0
        guard id == 0, tables == 0 else {
            throw DeploydError(.conflict, "\(path) is not a database of deployd; give another --data")
        }
        try transaction(connection) {
            try connection.run(
                """
                CREATE TABLE migrations (
                    position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sql TEXT NOT NULL, program TEXT NOT NULL,
                    appliedAt INTEGER NOT NULL) STRICT
                """)
            try connection.run("PRAGMA application_id = \(raw: "\(Migrations.applicationID)")")
        }
    }

    private func check(_ one: Applied, at position: Int, applied: [Applied], _ path: String) throws {
        guard position < known.count, known.contains(where: { $0.name == one.name }) else {
            let newest = applied.last?.program ?? one.program
            throw DeploydError(
                .conflict,
                "\(path) was last changed by deployd \(newest) (migration '\(one.name)'), which this deployd "
                    + "\(program) does not know; start deployd \(newest) or a newer one, or restore a backup made "
                    + "before that")
        }
        guard known[position].name == one.name, known[position].text == one.sql else {
            throw DeploydError(
                .conflict,
                "migration '\(one.name)' was applied to \(path) by deployd \(one.program) in another form than this "
                    + "deployd \(program) has; start the program that made the database, or restore a backup")
        }
    }

    private func transaction(_ connection: Connection, _ body: () throws -> Void) throws {
        try connection.run("BEGIN IMMEDIATE")
        do {
            try body()
            try connection.run("COMMIT")
        } catch {
            if !connection.isIdle { _ = try? connection.run("ROLLBACK") }
            throw error
        }
    }
}
