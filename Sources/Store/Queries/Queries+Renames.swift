import CSQLite
import Core
import Model

extension StoredQueries {
    func application(renamedFrom name: String) throws -> Application? {
        let isTaken = try row("SELECT 1 FROM applications WHERE name = \(name)") { _ in true } ?? false
        guard !isTaken else { return nil }
        let now = try row(
            """
            SELECT name FROM applications WHERE deletedAt IS NULL AND identity = (
                SELECT identity FROM renames WHERE "before" = \(name) ORDER BY event DESC LIMIT 1)
            """
        ) { row -> String in try row["name"] }
        return try now.flatMap { try application($0) }
    }

    /// What an application's sealed values are tied to.
    func identity(of application: String) throws -> String {
        try row("SELECT identity FROM applications WHERE name = \(application)") { try $0["identity"] } ?? application
    }

    /// Which events are of an application: those with its name from when on it had it, and those with each name that it
    /// had before. Of a name that none has any more, all that it was ever had, with the event that says where it went.
    /// - Returns: conditions, none of which holds where another does.
    func conditions(ofEventsOf application: String) throws -> [SQL] {
        let identity = try row("SELECT identity FROM applications WHERE name = \(application)") { row -> String in
            try row["identity"]
        }
        guard let identity else {
            let renamings = try rows("SELECT event FROM renames WHERE \"before\" = \(application)") { row -> Int64 in
                try row["event"]
            }
            return ["application = \(application)"] + renamings.map { "id = \($0)" }
        }
        let renames = try rows("SELECT * FROM renames WHERE identity = \(identity) ORDER BY event DESC") { row in
            (event: try row["event"] as Int64, before: try row["before"] as String)
        }
        var conditions: [SQL] = []
        var (name, end): (String, Int64?) = (application, nil)
        for rename in renames {
            conditions.append(span(name, from: rename.event, to: end))
            (name, end) = (rename.before, rename.event)
        }
        return conditions + [span(name, from: try release(of: name, before: end), to: end)]
    }

    private func span(_ name: String, from start: Int64?, to end: Int64?) -> SQL {
        let bounds: [SQL?] = [start.map { "id >= \($0)" }, end.map { "id < \($0)" }]
        return SQL.joined(["application = \(name)"] + bounds.compactMap(\.self), by: " AND ")
    }

    /// The event with which another application gave a name up; nil when none did before `end`.
    private func release(of name: String, before end: Int64?) throws -> Int64? {
        let newest = try row(
            "SELECT max(event) AS event FROM renames WHERE \"before\" = \(name) AND event < \(end ?? .max)"
        ) { row -> Int64? in try row["event"] }
        return newest.flatMap { $0 }
    }
}

extension StoredWriter {
    /// Every table with the name of an application, but for the events.
    static let tablesOfApplications = [
        "releases", "environmentVersions", "instances", "deployments", "resources", "ports", "rejections",
        "applicationSecrets", "pushedVersions", "beforeDeployRuns",
    ]

    /// One that does not exist yet: the name, unless one that has another name now was made with it.
    func newIdentity(of name: String) throws -> String {
        let isTaken = { (identity: String) in
            try self.row("SELECT 1 FROM applications WHERE identity = \(identity)") { _ in true } ?? false
        }
        return try isTaken(name) ? try StoredWriter.numbered(name, from: 2, isTaken) : name
    }

    func rename(_ application: String, to name: String, event: Int64) throws {
        let identity = try identity(of: application)
        guard try self.application(application) != nil else {
            throw DeploydError(.notFound, "there is no application \(application)")
        }
        guard try self.application(name) == nil else {
            throw DeploydError(.conflict, "there is an application '\(name)' already")
        }
        try withDeferredForeignKeys {
            // What a deleted one left stays its own, under a name that nobody can ask for.
            if try isKept(name) { try move(name, to: try unaskedName(for: name)) }
            try move(application, to: name)
        }
        try insert(
            """
            INSERT INTO renames (event, identity, "before", "after")
            VALUES (\(event), \(identity), \(application), \(name))
            """, conflict: "event \(event) is of another renaming")
    }

    private func move(_ application: String, to name: String) throws {
        try run("UPDATE applications SET name = \(name) WHERE name = \(application)")
        for table in StoredWriter.tablesOfApplications {
            try run("UPDATE \(raw: table) SET application = \(name) WHERE application = \(application)")
        }
    }

    /// Whether there is an application of the name, deleted or not.
    private func isKept(_ name: String) throws -> Bool {
        try row("SELECT 1 FROM applications WHERE name = \(name)") { _ in true } ?? false
    }

    private func unaskedName(for name: String) throws -> String {
        try StoredWriter.numbered(name, from: 2) { try isKept($0) }
    }

    /// No name that people give holds '_'.
    private static func numbered(_ name: String, from first: Int, _ isTaken: (String) throws -> Bool) rethrows -> String
    {
        var number = first
        while try isTaken("\(name)_\(number)") { number += 1 }
        return "\(name)_\(number)"
    }

    /// Within this the rows of several tables that belong together may contradict each other.
    private func withDeferredForeignKeys(_ body: () throws -> Void) throws {
        try run("PRAGMA defer_foreign_keys = ON")
        defer { _ = try? run("PRAGMA defer_foreign_keys = OFF") }
        try body()
        // What is left would make the whole commit fail, which is of others too.
        var (left, peak): (Int32, Int32) = (0, 0)
        sqlite3_db_status(connection.handle, SQLITE_DBSTATUS_DEFERRED_FKS, &left, &peak, 0)
        guard left == 0 else { throw DeploydError(.internal, "the rows of an application do not fit together") }
    }
}
