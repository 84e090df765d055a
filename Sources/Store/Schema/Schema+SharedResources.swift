extension Schema {
    /// A resource without an instance is its world's own. SQLite cannot take a NOT NULL from a column, so the table is made
    /// anew; nothing refers to it. `definition` is the digest of what a resource was made from last.
    static let sharedResources = Migration(
        "sharedResources",
        """
        CREATE TABLE resourcesAnew (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            application TEXT,
            target TEXT,
            name TEXT NOT NULL,
            world TEXT NOT NULL,
            slug TEXT NOT NULL,
            repository TEXT NOT NULL,
            "commit" TEXT,
            status TEXT NOT NULL,
            reason TEXT,
            parametersSealed BLOB NOT NULL,
            secretParametersSealed BLOB,
            outputs TEXT NOT NULL,
            secretOutputsSealed BLOB NOT NULL,
            definition TEXT,
            stateSealed BLOB,
            createdAt INTEGER NOT NULL,
            changedAt INTEGER NOT NULL,
            CHECK ((application IS NULL) = (target IS NULL)),
            FOREIGN KEY (application, target) REFERENCES instances (application, target)) STRICT
        ;
        INSERT INTO resourcesAnew (
            sequence, id, application, target, name, world, slug, repository, "commit", status, reason, parametersSealed,
            secretParametersSealed, outputs, secretOutputsSealed, stateSealed, createdAt, changedAt)
        SELECT
            sequence, id, application, target, name, world, slug, repository, "commit", status, reason, parametersSealed,
            secretParametersSealed, outputs, secretOutputsSealed, stateSealed, createdAt, changedAt
        FROM resources
        ;
        DROP TABLE resources
        ;
        ALTER TABLE resourcesAnew RENAME TO resources
        ;
        CREATE UNIQUE INDEX resourcesByName ON resources (application, target, name) WHERE status <> 'deleted'
        ;
        CREATE UNIQUE INDEX resourcesSharedByName ON resources (world, name)
        WHERE application IS NULL AND status <> 'deleted'
        ;
        CREATE INDEX resourcesByInstance ON resources (application, target)
        ;
        CREATE INDEX resourcesByTarget ON resources (target)
        ;
        CREATE INDEX resourcesByWorld ON resources (world)
        ;
        CREATE INDEX resourcesBySlug ON resources (slug)
        ;
        CREATE INDEX resourcesByStatus ON resources (status)
        """)
}
