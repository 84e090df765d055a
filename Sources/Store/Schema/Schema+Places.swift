extension Schema {
    /// Targets that applications add to their environments for themselves.
    static let ownTargets = Migration(
        "ownTargets", "ALTER TABLE applications ADD COLUMN targets TEXT NOT NULL DEFAULT '[]'")

    /// Why what is detached is: instances, and applications that their repository no longer declares.
    static let detachments = Migration(
        "detachments",
        """
        ALTER TABLE instances ADD COLUMN detachment TEXT
        ;
        ALTER TABLE applications ADD COLUMN detachment TEXT
        ;
        CREATE INDEX applicationsByOwner ON applications (ownerRepository)
        """)
}
