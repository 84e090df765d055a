import Core
import Model

extension StoredQueries {
    func environmentVersion(_ application: String, _ environment: String) throws -> EnvironmentVersion? {
        try row(
            """
            SELECT * FROM environmentVersions WHERE application = \(application) AND environment = \(environment)
            """, environmentVersion)
    }

    func environmentVersions(of application: String) throws -> [EnvironmentVersion] {
        try rows(
            "SELECT * FROM environmentVersions WHERE application = \(application) ORDER BY environment",
            environmentVersion)
    }

    private func environmentVersion(_ row: borrowing Row) throws -> EnvironmentVersion {
        EnvironmentVersion(
            application: try row["application"], environment: try row["environment"], desired: try row["desired"],
            revision: try row["revision"], hold: try hold(row), changedAt: try row["changedAt"])
    }

    private func hold(_ row: borrowing Row) throws -> EnvironmentVersion.Hold? {
        guard let reason: String = try row["holdReason"] else { return nil }
        return EnvironmentVersion.Hold(reason: reason, actor: try row["holdActor"], since: try row["holdSince"])
    }
}

extension StoredWriter {
    func put(_ version: EnvironmentVersion) throws {
        try run(
            """
            INSERT INTO environmentVersions (
                application, environment, desired, revision, holdReason, holdActor, holdSince, changedAt)
            VALUES (
                \(version.application), \(version.environment), \(version.desired), \(version.revision),
                \(version.hold?.reason), \(version.hold?.actor), \(version.hold?.since), \(version.changedAt))
            ON CONFLICT (application, environment) DO UPDATE SET
                desired = excluded.desired, revision = excluded.revision, holdReason = excluded.holdReason,
                holdActor = excluded.holdActor, holdSince = excluded.holdSince, changedAt = excluded.changedAt
            """)
    }
}
