extension Schema {
    /// What the API makes beside the world files. A world's document may hold credentials.
    static let declaredObjects = Migration(
        "declaredObjects",
        """
        CREATE TABLE declaredObjects (
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            documentSealed BLOB NOT NULL,
            changedAt INTEGER NOT NULL,
            PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID
        """)

    /// The row of a deleted application stays: releases, and the resources that its instances left, belong to it.
    static let deletedApplications = Migration(
        "deletedApplications", "ALTER TABLE applications ADD COLUMN deletedAt INTEGER")
}
