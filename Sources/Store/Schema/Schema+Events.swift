extension Schema {
    /// The history: without gaps, in the order of commits, never changed. SQLite gives a new row the number after the
    /// greatest, and a row that was rolled back gives its number back, since there is one writer.
    static let events = Migration(
        "events",
        """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            type TEXT NOT NULL,
            actor TEXT NOT NULL,
            causeKind TEXT,
            causeID TEXT,
            application TEXT,
            environment TEXT,
            target TEXT,
            "before" TEXT,
            "after" TEXT,
            detail TEXT) STRICT
        ;
        CREATE INDEX eventsByTime ON events (time)
        ;
        CREATE INDEX eventsByApplication ON events (application)
        ;
        CREATE INDEX eventsByApplicationAndTime ON events (application, time)
        ;
        CREATE INDEX eventsByEnvironment ON events (environment)
        ;
        CREATE INDEX eventsByTarget ON events (target)
        ;
        CREATE INDEX eventsByType ON events (type)
        ;
        CREATE TRIGGER eventsUnchanged BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END
        ;
        CREATE TRIGGER eventsKept BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END
        ;
        CREATE TRIGGER eventsWithoutGaps AFTER INSERT ON events
        WHEN NEW.id <> 1 AND NOT EXISTS (SELECT 1 FROM events WHERE id = NEW.id - 1)
        BEGIN SELECT RAISE(ABORT, 'events have no gaps'); END
        """)
}
