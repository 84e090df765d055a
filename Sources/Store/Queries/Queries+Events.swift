import Core
import Model

extension StoredQueries {
    func events(_ filter: EventFilter, _ page: PageRequest) throws -> Page<Event> {
        let conditions: [SQL?] = [
            .matching("environment", filter.environment), .matching("target", filter.target),
            .matching("type", filter.type),
            filter.since.map { "time >= \($0)" }, filter.until.map { "time < \($0)" },
        ]
        let order: EventOrder = filter.since == nil && filter.until == nil ? .number : .time
        // Each part is found by an index and in order; together they may not be.
        let parts: [SQL?] = try filter.application.map { try self.conditions(ofEventsOf: $0) } ?? [nil]
        let lists = try parts.map { try events([$0] + conditions, order, page) }
        let found = lists.count == 1 ? lists[0] : lists.joined().sorted { order.isNewer($0, $1) }
        return Cursor.page(found, limit: page.limit) { order.cursor(of: $0) }
    }

    func events(after number: Int64, limit: Int) throws -> [Event] {
        try rows("SELECT \(raw: eventColumns) FROM events WHERE id > \(number) ORDER BY id LIMIT \(limit)", event)
    }

    func newestEvent() throws -> Int64 {
        let newest = try row("SELECT max(id) FROM events") { row -> Int64? in try row[0] }
        return newest.flatMap { $0 } ?? 0
    }

    private func events(_ conditions: [SQL?], _ order: EventOrder, _ page: PageRequest) throws -> [Event] {
        let after = try page.after.map { try order.condition(after: $0) }
        return try rows(
            """
            SELECT \(raw: eventColumns) FROM events \(SQL.whereAll(conditions + [after])) ORDER BY \(raw: order.columns)
            LIMIT \(page.limit + 1)
            """, event)
    }

    /// Columns by their places: finding twelve by their names costs more than reading them.
    private func event(_ row: borrowing Row) throws -> Event {
        var cause: Cause?
        if let kind: Cause.Kind = try row[4] { cause = Cause(kind, try row[5]) }
        let draft = EventDraft(
            try row[2], actor: try row[3], cause: cause, application: try row[6], environment: try row[7],
            target: try row[8], before: try row[9], after: try row[10], detail: try row[11])
        return Event(id: try row[0], time: try row[1], draft: draft)
    }
}

/// As `event` reads them.
private let eventColumns =
    #"id, time, type, actor, causeKind, causeID, application, environment, target, "before", "after", detail"#

/// In which order events are listed, newest first.
private enum EventOrder {
    case number
    /// A span of time is listed by time, or finding it would take reading everything newer. The clock may have been set
    /// back meanwhile, so that is not always the order of the numbers.
    case time

    var columns: String {
        switch self {
        case .number: "id DESC"
        case .time: "time DESC, id DESC"
        }
    }

    func cursor(of event: Event) -> String {
        switch self {
        case .number: "\(event.id)"
        case .time: "\(event.time.microseconds).\(event.id)"
        }
    }

    func isNewer(_ a: Event, _ b: Event) -> Bool {
        switch self {
        case .number: a.id > b.id
        case .time: (a.time, a.id) > (b.time, b.id)
        }
    }

    /// - Throws: `.invalid` for what is no cursor.
    func condition(after cursor: String) throws -> SQL {
        switch self {
        case .number: return "id < \(try Cursor.number(cursor))"
        case .time:
            let parts = cursor.split(separator: ".")
            guard parts.count == 2 else { throw Cursor.refusal(cursor) }
            return "(time, id) < (\(try Cursor.number(parts[0])), \(try Cursor.number(parts[1])))"
        }
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
