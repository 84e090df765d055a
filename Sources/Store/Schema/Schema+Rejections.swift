extension Schema {
    /// Versions that may not be deployed any more, whether they have a release or not.
    static let rejections = Migration(
        "rejections",
        """
        CREATE TABLE rejections (
            application TEXT NOT NULL REFERENCES applications (name),
            version TEXT NOT NULL,
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (application, version)) STRICT, WITHOUT ROWID
        """)
}
