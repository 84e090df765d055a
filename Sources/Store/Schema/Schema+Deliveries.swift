extension Schema {
    /// A repeat of a delivery is refused by the unique key; those that wait have small indexes of their own.
    static let deliveries = Migration(
        "deliveries",
        """
        CREATE TABLE deliveries (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            provider TEXT NOT NULL,
            hook TEXT NOT NULL,
            delivery TEXT NOT NULL,
            digest TEXT NOT NULL,
            event TEXT NOT NULL,
            repository TEXT,
            content TEXT NOT NULL,
            receivedAt INTEGER NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            attempts INTEGER NOT NULL,
            notBefore INTEGER,
            deployments TEXT NOT NULL,
            UNIQUE (digest, delivery, hook, provider)) STRICT
        ;
        CREATE INDEX deliveriesByStatus ON deliveries (status)
        ;
        CREATE INDEX deliveriesByRepository ON deliveries (repository)
        ;
        CREATE INDEX deliveriesWaiting ON deliveries (sequence) WHERE status IN ('accepted', 'processing')
        ;
        CREATE INDEX deliveriesWaitingByLane ON deliveries (repository, hook, sequence, notBefore, status)
            WHERE status IN ('accepted', 'processing')
        ;
        CREATE INDEX deliveriesWaitingByTime ON deliveries (notBefore) WHERE status IN ('accepted', 'processing')
        """)

    /// The lane is that of `Delivery.lane`.
    static let deliveryLanes = Migration(
        "deliveryLanes",
        """
        ALTER TABLE deliveries ADD COLUMN lane TEXT
            GENERATED ALWAYS AS (coalesce(repository, 'tree:' || hook)) VIRTUAL
        ;
        ALTER TABLE deliveries ADD COLUMN breakdowns INTEGER NOT NULL DEFAULT 0
        ;
        DROP INDEX deliveriesWaitingByLane
        ;
        CREATE INDEX deliveriesWaitingByLane ON deliveries (lane, notBefore, sequence)
            WHERE status IN ('accepted', 'processing')
        """)
}
