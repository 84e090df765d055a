import Core
import HTTPServer
import Synchronization

/// `/openapi.json` and its page, made from the operations when somebody first asks for them: making them takes longer than
/// starting the rest of the server.
struct DocumentationRoutes: Sendable {
    let operations: [Operation]

    /// - Parameter served: all operations but these two.
    init(operations served: [Operation], version: String) {
        // The two describe themselves, so the document is made from operations whose handlers are not there yet.
        let drafts =
            served + [
                DocumentationRoutes.document { .empty() }, DocumentationRoutes.page { .empty() },
            ]
        let json = MadeOnce { OpenAPIDocument(drafts, version: version).json.bytes }
        let html = MadeOnce { Array(DocumentationPage(drafts, version: version).html.utf8) }
        operations = [
            DocumentationRoutes.document { .json(json.value).with("Access-Control-Allow-Origin", "*") },
            DocumentationRoutes.page {
                HTTPResponse(
                    status: 200,
                    headers: [
                        ("Content-Type", "text/html; charset=utf-8"), ("X-Content-Type-Options", "nosniff"),
                        ("Content-Security-Policy", DocumentationPage.contentSecurityPolicy),
                    ], body: .bytes(html.value))
            },
        ]
    }

    /// Not on an event loop: the first time takes a while.
    private static func answerLater(
        _ answer: @escaping @Sendable () -> HTTPResponse, _ responder: HTTPResponder
    ) -> HTTPResponse? {
        Task { responder.respond(answer()) }
        return nil
    }

    private static func document(_ answer: @escaping @Sendable () -> HTTPResponse) -> Operation {
        Operation(
            method: .get, path: "/openapi.json", id: "openapi", tag: "Server", summary: "This document",
            access: .open, answers: [Operation.Answer(200, "OpenAPI 3.1.", ["application/json": .any])],
            handler: .callback { _, later in answerLater(answer, later()) })
    }

    private static func page(_ answer: @escaping @Sendable () -> HTTPResponse) -> Operation {
        Operation(
            method: .get, path: "/docs", id: "docs", tag: "Server", summary: "This document, for reading",
            access: .open, answers: [Operation.Answer(200, "The page.", ["text/html": .string])],
            handler: .callback { _, later in answerLater(answer, later()) })
    }
}

/// Bytes that are made when they are first wanted, and kept.
private final class MadeOnce: Sendable {
    private let made = Mutex<[UInt8]?>(nil)
    private let make: @Sendable () -> [UInt8]

    init(_ make: @escaping @Sendable () -> [UInt8]) { self.make = make }

    var value: [UInt8] {
        made.withLock { made in
            let bytes = made ?? make()
            made = bytes
            return bytes
        }
    }
}
