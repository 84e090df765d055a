extension Schema {
    static let applications = Migration(
        "applications",
        """
        CREATE TABLE applications (
            name TEXT PRIMARY KEY NOT NULL,
            description TEXT NOT NULL,
            url TEXT,
            labels TEXT NOT NULL,
            ownerRepository TEXT,
            ownerPath TEXT,
            environmentSets TEXT NOT NULL,
            environments TEXT NOT NULL,
            createdAt INTEGER NOT NULL) STRICT
        ;
        CREATE TABLE releases (
            sequence INTEGER PRIMARY KEY,
            application TEXT NOT NULL REFERENCES applications (name),
            version TEXT NOT NULL,
            repository TEXT,
            "commit" TEXT,
            tree TEXT,
            path TEXT NOT NULL,
            reference TEXT,
            file BLOB NOT NULL,
            createdAt INTEGER NOT NULL,
            UNIQUE (application, version),
            CHECK ((repository IS NULL) = ("commit" IS NULL) AND ("commit" IS NULL) = (tree IS NOT NULL))) STRICT
        ;
        CREATE INDEX releasesByApplication ON releases (application)
        ;
        CREATE TRIGGER releasesUnchanged BEFORE UPDATE ON releases
        BEGIN SELECT RAISE(ABORT, 'a release is never changed'); END
        ;
        CREATE TABLE environmentVersions (
            application TEXT NOT NULL REFERENCES applications (name),
            environment TEXT NOT NULL,
            desired TEXT,
            revision INTEGER NOT NULL,
            holdReason TEXT,
            holdActor TEXT,
            holdSince INTEGER,
            changedAt INTEGER NOT NULL,
            PRIMARY KEY (application, environment)) STRICT, WITHOUT ROWID
        """)

    /// Which pushes set which version; NULL where the file does not say.
    static let triggers = Migration("triggers", "ALTER TABLE applications ADD COLUMN triggers TEXT")

    static let instances = Migration(
        "instances",
        """
        CREATE TABLE instances (
            application TEXT NOT NULL REFERENCES applications (name),
            target TEXT NOT NULL,
            environment TEXT NOT NULL,
            world TEXT,
            desired TEXT,
            deployed TEXT,
            health TEXT NOT NULL,
            since INTEGER NOT NULL,
            inputs TEXT,
            workloadSealed BLOB,
            entrypoints TEXT NOT NULL,
            verdictVersion TEXT,
            verdictInputs TEXT,
            verdictDeployment TEXT,
            isDetached INTEGER NOT NULL,
            createdAt INTEGER NOT NULL,
            PRIMARY KEY (application, target)) STRICT
        ;
        CREATE INDEX instancesByTarget ON instances (target)
        ;
        CREATE INDEX instancesByEnvironment ON instances (environment)
        ;
        CREATE INDEX instancesByWorld ON instances (world)
        """)
}
