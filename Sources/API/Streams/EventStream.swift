import Core
import HTTPServer
import Model

/// The history as server-sent events, from a number on, in order and without gaps.
struct EventStream: Sendable {
    let storage: any Storage
    let tail: EventTail
    let filter: EventFilter

    /// - Throws: `DeploydError` `invalid` when the number to begin after is none.
    func response(to request: APIRequest) async throws -> HTTPResponse {
        let start = try await start(request)
        return .serverSentEvents { writer in
            // Errors end the stream: the client comes back with the last number that it got.
            try? await send(after: start, to: writer)
        }
    }

    private func start(_ request: APIRequest) async throws -> Int64 {
        if let text = request.http.header("Last-Event-ID"), !text.isEmpty {
            guard let number = Int64(text), number >= 0 else {
                throw DeploydError(.invalid, "'Last-Event-ID' must be the number of an event")
            }
            return number
        }
        if let after = try request.number("after") { return after }
        return try await storage.read { try $0.newestEvent() }
    }

    private func send(after start: Int64, to writer: ServerSentEventWriter) async throws {
        var last = start
        // Subscribed before the first read: what is written between the two is seen by one of them.
        for await newest in storage.newestEvents() {
            while last < newest {
                let lines = try await tail.lines(after: last, newest: newest)
                guard let end = lines.last?.event.id else { break }
                for line in lines where filter.holds(for: line.event) {
                    try await writer.waitForRoom()
                    try writer.send(line.message)
                }
                last = end
            }
        }
    }
}

extension EventFilter {
    /// As the storage's lists are filtered.
    func holds(for event: Event) -> Bool {
        let draft = event.draft
        // Whoever follows a name is told where it went.
        let isOfApplication =
            application == nil || application == draft.application
            || (draft.type == .applicationRenamed && application == draft.before)
        return isOfApplication
            && (environment == nil || environment == draft.environment) && (target == nil || target == draft.target)
            && (type == nil || type == draft.type) && since.map { event.time >= $0 } ?? true
            && until.map { event.time < $0 } ?? true
    }
}
