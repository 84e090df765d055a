extension Schema {
    /// Deployments outlive their instance: they are history.
    static let deployments = Migration(
        "deployments",
        """
        CREATE TABLE deployments (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            application TEXT NOT NULL,
            target TEXT NOT NULL,
            environment TEXT NOT NULL,
            world TEXT NOT NULL,
            version TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            inputs TEXT,
            previousSealed BLOB,
            actor TEXT NOT NULL,
            causeKind TEXT,
            causeID TEXT,
            createdAt INTEGER NOT NULL,
            startedAt INTEGER,
            endedAt INTEGER,
            steps TEXT NOT NULL) STRICT
        ;
        CREATE INDEX deploymentsByApplication ON deployments (application)
        ;
        CREATE INDEX deploymentsByInstance ON deployments (application, target)
        ;
        CREATE INDEX deploymentsByTarget ON deployments (target)
        ;
        CREATE INDEX deploymentsByEnvironment ON deployments (environment)
        ;
        CREATE INDEX deploymentsByStatus ON deployments (status)
        ;
        CREATE INDEX deploymentsUnfinished ON deployments (sequence) WHERE status IN ('pending', 'running')
        ;
        CREATE INDEX deploymentsUnfinishedByInstance ON deployments (application, target)
        WHERE status IN ('pending', 'running')
        """)
}
