extension Schema {
    /// What a release's tag named in its registry, and what it was seen to name later; and what a delivery waits for there.
    static let releaseImages = Migration(
        "releaseImages",
        """
        ALTER TABLE releases ADD COLUMN image TEXT
        ;
        ALTER TABLE releases ADD COLUMN imageDigest TEXT
        ;
        ALTER TABLE releases ADD COLUMN imageMovedTo TEXT
        ;
        ALTER TABLE deliveries ADD COLUMN imageWait TEXT
        """)
}
