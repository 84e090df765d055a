extension Schema {
    /// Parameters are sealed too, whatever people put there.
    static let resources = Migration(
        "resources",
        """
        CREATE TABLE resources (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            application TEXT NOT NULL,
            target TEXT NOT NULL,
            name TEXT NOT NULL,
            world TEXT NOT NULL,
            slug TEXT NOT NULL,
            repository TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            parametersSealed BLOB NOT NULL,
            outputs TEXT NOT NULL,
            secretOutputsSealed BLOB NOT NULL,
            stateSealed BLOB,
            createdAt INTEGER NOT NULL,
            changedAt INTEGER NOT NULL,
            FOREIGN KEY (application, target) REFERENCES instances (application, target)) STRICT
        ;
        CREATE UNIQUE INDEX resourcesByName ON resources (application, target, name) WHERE status <> 'deleted'
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

    /// Apart from the others, so that whoever shows parameters has none of them at hand. NULL: there are none.
    static let secretParameters = Migration(
        "secretParameters",
        """
        ALTER TABLE resources ADD COLUMN secretParametersSealed BLOB
        """)

    /// The commit of the repository that the definition comes from; NULL for a folder.
    static let resourceCommits = Migration(
        "resourceCommits",
        """
        ALTER TABLE resources ADD COLUMN "commit" TEXT
        """)

    static let ports = Migration(
        "ports",
        """
        CREATE TABLE ports (
            port INTEGER PRIMARY KEY,
            application TEXT NOT NULL,
            target TEXT NOT NULL,
            purpose TEXT NOT NULL,
            UNIQUE (application, target, purpose),
            FOREIGN KEY (application, target) REFERENCES instances (application, target)) STRICT
        ;
        CREATE TABLE portCursor (one INTEGER PRIMARY KEY CHECK (one = 1), port INTEGER NOT NULL) STRICT
        """)
}
