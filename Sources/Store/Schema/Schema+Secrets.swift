extension Schema {
    /// What people set for an application in an environment. It stays when instances go.
    static let applicationSecrets = Migration(
        "applicationSecrets",
        """
        CREATE TABLE applicationSecrets (
            application TEXT NOT NULL REFERENCES applications (name),
            environment TEXT NOT NULL,
            name TEXT NOT NULL,
            valueSealed BLOB NOT NULL,
            fingerprint TEXT NOT NULL,
            actor TEXT NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (application, environment, name)) STRICT
        ;
        ALTER TABLE instances ADD COLUMN secrets TEXT NOT NULL DEFAULT '{}'
        """)
}
