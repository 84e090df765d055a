extension Schema {
    /// Instances that are stopped and destroyed: the row of a destroyed one stays, for the resources that it leaves and so
    /// that reading the world files again does not bring it back.
    static let lifecycles = Migration(
        "lifecycles",
        """
        ALTER TABLE instances ADD COLUMN lifecycle TEXT NOT NULL DEFAULT 'running'
        ;
        ALTER TABLE instances ADD COLUMN lifecycleActor TEXT
        ;
        ALTER TABLE instances ADD COLUMN lifecycleReason TEXT
        ;
        ALTER TABLE instances ADD COLUMN causeKind TEXT
        ;
        ALTER TABLE instances ADD COLUMN causeID TEXT
        ;
        ALTER TABLE deployments ADD COLUMN isRestart INTEGER NOT NULL DEFAULT 0
        """)
}
