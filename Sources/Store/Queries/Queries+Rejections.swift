import Core
import Model

extension StoredQueries {
    func rejection(_ application: String, _ version: String) throws -> Rejection? {
        try row("SELECT * FROM rejections WHERE application = \(application) AND version = \(version)", rejection)
    }

    func rejections(of application: String) throws -> [Rejection] {
        try rows(
            "SELECT * FROM rejections WHERE application = \(application) ORDER BY since DESC, version", rejection)
    }

    private func rejection(_ row: borrowing Row) throws -> Rejection {
        Rejection(
            application: try row["application"], version: try row["version"], reason: try row["reason"],
            actor: try row["actor"], since: try row["since"])
    }
}

extension StoredWriter {
    func put(_ rejection: Rejection) throws {
        try run(
            """
            INSERT INTO rejections (application, version, reason, actor, since)
            VALUES (
                \(rejection.application), \(rejection.version), \(rejection.reason), \(rejection.actor),
                \(rejection.since))
            ON CONFLICT (application, version) DO UPDATE SET
                reason = excluded.reason, actor = excluded.actor, since = excluded.since
            """)
    }

    func removeRejection(of application: String, _ version: String) throws {
        try run("DELETE FROM rejections WHERE application = \(application) AND version = \(version)")
    }
}
