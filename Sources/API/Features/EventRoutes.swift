import Client
import Core
import HTTPServer
import Model

/// What happened: lists, and the stream of what happens.
struct EventRoutes: Sendable {
    let services: APIServices
    private let tail: EventTail

    init(services: APIServices) {
        self.services = services
        tail = EventTail(storage: services.storage)
    }

    var operations: [Operation] { [list, ofApplication, stream] }

    private static let type = Operation.Parameter.choice("type", EventType.self, "Only of this type.")
    private static let times = [
        Operation.Parameter("since", .string(format: "date-time"), "From this moment on."),
        Operation.Parameter("until", .string(format: "date-time"), "Before this moment."),
    ]

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/events", id: "listEvents", tag: "Events", summary: "Events, newest first",
            parameters: [.application, .environment, .target, EventRoutes.type] + EventRoutes.times
                + Operation.Parameter.page,
            answers: [.page(Wire.Event.self, "A part of the list.")],
            handler: .reading { request, reader in
                try answer(request, try EventFilter(request, application: request.query("application")), reader)
            })
    }

    private var ofApplication: Operation {
        Operation(
            method: .get, path: "/api/v1/applications/{application}/events", id: "listApplicationEvents",
            tag: "Events", summary: "An application's events, newest first",
            parameters: [.environment, .target, EventRoutes.type] + EventRoutes.times + Operation.Parameter.page,
            answers: [.page(Wire.Event.self, "A part of the list.")],
            handler: .reading { request, reader in
                let name = request.parameter("application")
                _ = try reader.knownApplication(name)
                return try answer(request, try EventFilter(request, application: name), reader)
            })
    }

    private func answer(
        _ request: APIRequest, _ filter: EventFilter, _ reader: any StorageReader
    ) throws -> HTTPResponse {
        HTTPResponse.json(EventText.page(try reader.events(filter, try request.page())))
    }

    private var stream: Operation {
        Operation(
            method: .get, path: "/api/v1/events/stream", id: "streamEvents", tag: "Events",
            summary: "Events as they happen, as server-sent events: none lost after the number given",
            parameters: [
                .application, .environment, .target, EventRoutes.type,
                Operation.Parameter(
                    "after", .integer(0...Int64.max), "Begin after this event; `Last-Event-ID` says the same."),
            ],
            headers: [("Last-Event-ID", "The number of the last event received.")],
            answers: [
                Operation.Answer(200, "`id`, `event` and `data` of each.", ["text/event-stream": .string])
            ],
            handler: .task { request in
                let filter = try EventFilter(request, application: request.query("application"))
                return try await EventStream(tail: tail, filter: filter).response(
                    to: request)
            })
    }
}

extension EventFilter {
    init(_ request: APIRequest, application: String?) throws {
        self.init(
            application: application, environment: request.query("environment"), target: request.query("target"),
            type: try request.choice("type", EventType.self), since: try request.time("since"),
            until: try request.time("until"))
    }
}
