extension Schema {
    /// What each ref of a code repository was last seen to name, and what came of looking at them.
    static let seenReferences = Migration(
        "seenReferences",
        """
        CREATE TABLE seenReferences (
            repository TEXT NOT NULL,
            name TEXT NOT NULL,
            "commit" TEXT NOT NULL,
            delivery TEXT,
            seenAt INTEGER NOT NULL,
            PRIMARY KEY (repository, name)) STRICT, WITHOUT ROWID
        ;
        ALTER TABLE repositories ADD COLUMN sweptAt INTEGER
        ;
        ALTER TABLE repositories ADD COLUMN sweepProblem TEXT
        """)

    /// Each push of a branch gives its row a new number.
    static let pushedVersions = Migration(
        "pushedVersions",
        """
        CREATE TABLE pushedVersions (
            sequence INTEGER PRIMARY KEY,
            application TEXT NOT NULL,
            reference TEXT NOT NULL,
            version TEXT NOT NULL,
            delivery TEXT,
            UNIQUE (application, reference)) STRICT
        ;
        INSERT INTO pushedVersions (sequence, application, reference, version)
        SELECT max(sequence), application, reference, version FROM releases
        WHERE reference LIKE 'refs/heads/%' GROUP BY application, reference
        """)
}
