import Client
import HTTPServer
import Model

/// Bearer tokens, without their texts.
struct TokenRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] {
        [
            Operation(
                method: .get, path: "/api/v1/tokens", id: "listTokens", tag: "Access", summary: "Tokens by name",
                parameters: Operation.Parameter.page, answers: [.page(Wire.Token.self, "A part of the list.")],
                handler: .task { request in
                    let tokens = try await services.storage.read { try $0.tokens() }
                    let sorted = tokens.sorted { TokenRoutes.key($0) < TokenRoutes.key($1) }
                    let page = Page(of: sorted, by: TokenRoutes.key, try request.page())
                    return try Answer.json(page.wire(Wire.Token.init))
                })
        ]
    }

    private static func key(_ token: Token) -> String { "\(token.name) \(token.id)" }
}
