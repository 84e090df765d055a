extension Schema {
    /// What others have changed of what was deployed: an array of objects; NULL: nothing. And whether what a version that
    /// failed had begun was left as it is.
    static let instanceDrift = Migration(
        "instanceDrift",
        """
        ALTER TABLE instances ADD COLUMN drift TEXT
        ;
        ALTER TABLE instances ADD COLUMN verdictIsLeft INTEGER NOT NULL DEFAULT 0
        """)
}
