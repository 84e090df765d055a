import Core
import Model

extension StoredQueries {
    func beforeDeployRun(of version: String, on instance: InstanceID) throws -> BeforeDeployRun? {
        try row(
            """
            SELECT * FROM beforeDeployRuns
            WHERE application = \(instance.application) AND target = \(instance.target) AND version = \(version)
            """
        ) { row in
            BeforeDeployRun(
                instance: try row.instance, version: try row["version"], deployment: try row["deployment"],
                endedAt: try row["endedAt"])
        }
    }
}

extension StoredWriter {
    func insert(_ run: BeforeDeployRun) throws {
        try insert(
            """
            INSERT INTO beforeDeployRuns (application, target, version, deployment, endedAt)
            VALUES (
                \(run.instance.application), \(run.instance.target), \(run.version), \(run.deployment), \(run.endedAt))
            """, conflict: "the beforeDeploy of \(run.version) ran on \(run.instance) already")
    }

    func removeBeforeDeployRuns(on instance: InstanceID) throws {
        try run(
            """
            DELETE FROM beforeDeployRuns
            WHERE application = \(instance.application) AND target = \(instance.target)
            """)
    }
}
