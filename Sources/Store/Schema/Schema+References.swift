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
}
