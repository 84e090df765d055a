import Core
import Model

extension StoredQueries {
    func events(_ filter: EventFilter, _ page: PageRequest) throws -> Page<Event> {
        let conditions: [SQL?] = [
            .matching("application", filter.application), .matching("environment", filter.environment),
            .matching("target", filter.target), .matching("type", filter.type),
            filter.since.map { "time >= \($0)" }, filter.until.map { "time < \($0)" },
        ]
        guard filter.since != nil || filter.until != nil else {
            return try newestFirst("events", by: "id", where: conditions, page, event)
        }
        return try newestByTime(conditions, page)
    }

    func events(after number: Int64, limit: Int) throws -> [Event] {
        try rows("SELECT * FROM events WHERE id > \(number) ORDER BY id LIMIT \(limit)", event)
    }

    func newestEvent() throws -> Int64 {
        let newest = try row("SELECT max(id) FROM events") { row -> Int64? in try row[0] }
        return newest.flatMap { $0 } ?? 0
    }

    /// A span of time is listed by time, or finding it would take reading everything newer. The clock may have been set
    /// back meanwhile, so that is not always the order of the numbers.
    private func newestByTime(_ conditions: [SQL?], _ page: PageRequest) throws -> Page<Event> {
        let after: SQL? = try page.after.map { text in
            let parts = text.split(separator: ".")
            guard parts.count == 2 else { throw Cursor.refusal(text) }
            return "(time, id) < (\(try Cursor.number(parts[0])), \(try Cursor.number(parts[1])))"
        }
        let found = try rows(
            """
            SELECT * FROM events \(SQL.whereAll(conditions + [after])) ORDER BY time DESC, id DESC
            LIMIT \(page.limit + 1)
            """
        ) { row in
            let event = try event(row)
            return (cursor: "\(event.time.microseconds).\(event.id)", item: event)
        }
        return Cursor.page(found, limit: page.limit)
    }

    private func event(_ row: borrowing Row) throws -> Event {
        let draft = EventDraft(
            try row["type"], actor: try row["actor"], cause: try row.cause, application: try row["application"],
            environment: try row["environment"], target: try row["target"], before: try row["before"],
            after: try row["after"], detail: try row["detail"])
        return Event(id: try row["id"], time: try row["time"], draft: draft)
    }
}

extension StoredWriter {
    func append(_ draft: EventDraft, at moment: Timestamp) throws -> Event {
        let id: Int64? = try row(
            """
            INSERT INTO events (
                time, type, actor, causeKind, causeID, application, environment, target, "before", "after", detail)
            VALUES (
                \(moment), \(draft.type), \(draft.actor), \(draft.cause?.kind), \(draft.cause?.id),
                \(draft.application), \(draft.environment), \(draft.target), \(draft.before), \(draft.after),
                \(draft.detail))
            RETURNING id
            """
        ) { try $0["id"] }
        guard let id else { throw DeploydError(.internal, "the database gave an event no number") }
        newest = id
        return Event(id: id, time: moment, draft: draft)
    }
}
