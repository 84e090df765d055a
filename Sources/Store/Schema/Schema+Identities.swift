extension Schema {
    /// What does not change when an application is renamed: folders, addresses and sealed values are named by it. What was
    /// there before is named by its name, so that is its identity.
    ///
    /// Events keep the names of then; `renames` says by their numbers from when on which name is meant.
    static let identities = Migration(
        "identities",
        """
        ALTER TABLE applications ADD COLUMN identity TEXT NOT NULL DEFAULT ''
        ;
        UPDATE applications SET identity = name
        ;
        CREATE UNIQUE INDEX applicationsByIdentity ON applications (identity)
        ;
        ALTER TABLE instances ADD COLUMN identity TEXT NOT NULL DEFAULT ''
        ;
        UPDATE instances SET identity = application
        ;
        CREATE UNIQUE INDEX instancesByIdentity ON instances (identity, target)
        ;
        CREATE TABLE renames (
            event INTEGER PRIMARY KEY REFERENCES events (id),
            identity TEXT NOT NULL,
            "before" TEXT NOT NULL,
            "after" TEXT NOT NULL) STRICT
        ;
        CREATE INDEX renamesByIdentity ON renames (identity)
        ;
        CREATE INDEX renamesByName ON renames ("before")
        ;
        DROP TRIGGER releasesUnchanged
        ;
        CREATE TRIGGER releasesUnchanged
        BEFORE UPDATE OF version, repository, "commit", tree, path, reference, file, createdAt ON releases
        BEGIN SELECT RAISE(ABORT, 'a release is never changed'); END
        """)
}
