extension Schema {
    /// How many replicas an instance has and how many are healthy, NULL where that is not known; and why it is not healthy.
    static let instanceReplicas = Migration(
        "instanceReplicas",
        """
        ALTER TABLE instances ADD COLUMN healthReason TEXT
        ;
        ALTER TABLE instances ADD COLUMN healthyReplicas INTEGER
        ;
        ALTER TABLE instances ADD COLUMN replicas INTEGER
        """)
}
