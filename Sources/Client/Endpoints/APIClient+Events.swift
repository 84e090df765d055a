public import Core
import HTTPClient

/// Which events are asked for; nil: all.
public struct EventQuery: Sendable {
    public var application: String?
    public var environment: String?
    public var target: String?
    public var type: String?

    public init(
        application: String? = nil, environment: String? = nil, target: String? = nil, type: String? = nil
    ) {
        self.application = application
        self.environment = environment
        self.target = target
        self.type = type
    }

    var pairs: [(String, String?)] {
        [("application", application), ("environment", environment), ("target", target), ("type", type)]
    }
}

extension APIClient {
    /// GET /api/v1/events, newest first
    public func events(
        _ query: EventQuery = EventQuery(), since: Timestamp? = nil, until: Timestamp? = nil, after: String? = nil,
        limit: Int? = nil
    ) async throws(DeploydError) -> Wire.Page<Wire.Event> {
        let times = [("since", since?.rfc3339), ("until", until?.rfc3339)]
        return try await value(list(["events"], filter: query.pairs + times, after, limit))
    }

    /// GET /api/v1/events/stream: every event from now on, or after a number, none lost between reconnections.
    ///
    /// Goes on until `receive` returns false or throws, or the task is cancelled; a server that is gone for longer than
    /// `patience` is an error.
    public func followEvents(
        _ query: EventQuery = EventQuery(), after: Int64? = nil, patience: Duration = .seconds(60),
        _ receive: (Wire.Event) async throws -> Bool
    ) async throws {
        var last = after.map(String.init)
        var reconnection = Reconnection(patience: patience)
        while true {
            let call = APICall("GET", ["events", "stream"], query: query.pairs).with(header: "Last-Event-ID", last)
            do {
                let stream = try await stream(call)
                var parser = ServerSentEventParser(lastEventID: last ?? "")
                for try await bytes in stream {
                    for event in try parser.feed(bytes) {
                        reconnection.succeeded()
                        if !event.id.isEmpty { last = event.id }
                        let value = try decode(Wire.Event.self, Array(event.data.utf8), of: call)
                        guard try await receive(value) else { return }
                    }
                }
                try await reconnection.wait(after: nil)
            } catch let error as DeploydError where error.code == .unavailable {
                try await reconnection.wait(after: error)
            }
        }
    }
}
