import Core
import HTTPServer
import Model

/// The history as server-sent events, from a number on, in order and without gaps.
struct EventStream: Sendable {
    let tail: EventTail
    let filter: EventFilter

    /// - Throws: `DeploydError` `invalid` when the number to begin after is none.
    func response(to request: APIRequest) async throws -> HTTPResponse {
        let start = try await start(request)
        return .serverSentEvents(endsWithProducer: false) { [tail, filter] writer in
            await tail.follow(EventFollower(writer: writer, filter: filter, last: start))
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
        return try await tail.newest()
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
