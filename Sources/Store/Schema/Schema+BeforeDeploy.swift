extension Schema {
    /// Which versions need their `beforeDeploy` no more, for as long as the instance lives.
    static let beforeDeployRuns = Migration(
        "beforeDeployRuns",
        """
        CREATE TABLE beforeDeployRuns (
            application TEXT NOT NULL,
            target TEXT NOT NULL,
            version TEXT NOT NULL,
            deployment TEXT NOT NULL,
            endedAt INTEGER NOT NULL,
            PRIMARY KEY (application, target, version),
            FOREIGN KEY (application, target) REFERENCES instances (application, target)) STRICT, WITHOUT ROWID
        """)
}
