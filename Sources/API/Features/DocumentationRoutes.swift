import Core
import HTTPServer

/// `/openapi.json` and its page, made once from the operations.
struct DocumentationRoutes: Sendable {
    let operations: [Operation]

    /// - Parameter served: all operations but these two.
    init(operations served: [Operation], version: String) {
        // The two describe themselves, so the document is made from operations whose handlers are not there yet.
        let drafts =
            served + [
                DocumentationRoutes.document { _ in .empty() }, DocumentationRoutes.page { _ in .empty() },
            ]
        let json = OpenAPIDocument(drafts, version: version).json.bytes
        let html = Array(DocumentationPage(drafts, version: version).html.utf8)
        operations = [
            DocumentationRoutes.document { _ in .json(json).with("Access-Control-Allow-Origin", "*") },
            DocumentationRoutes.page { _ in
                HTTPResponse(
                    status: 200,
                    headers: [
                        ("Content-Type", "text/html; charset=utf-8"), ("X-Content-Type-Options", "nosniff"),
                        ("Content-Security-Policy", DocumentationPage.contentSecurityPolicy),
                    ], body: .bytes(html))
            },
        ]
    }

    private static func document(_ handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse) -> Operation {
        Operation(
            method: .get, path: "/openapi.json", id: "openapi", tag: "Server", summary: "This document",
            access: .open, answers: [Operation.Answer(200, "OpenAPI 3.1.", ["application/json": .any])],
            handler: .immediate(handler))
    }

    private static func page(_ handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse) -> Operation {
        Operation(
            method: .get, path: "/docs", id: "docs", tag: "Server", summary: "This document, for reading",
            access: .open, answers: [Operation.Answer(200, "The page.", ["text/html": .string])],
            handler: .immediate(handler))
    }
}
