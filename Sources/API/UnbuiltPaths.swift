import HTTPServer
import Webhooks

/// What the interfaces describe and this server does not do yet: answered 501, or 405 where only the method is missing, so
/// that nobody takes it for a mistake of theirs. Not in the OpenAPI document, which says what the server does.
enum UnbuiltPaths {
    static let table: [(methods: [HTTPMethod], path: String)] = [
        ([.post], "/api/v1/worlds/{world}/resources"),
        ([.post], "/api/v1/resources"),
        ([.patch], "/api/v1/resources/{resource}"),
        ([.get, .post], "/api/v1/freezes"),
        ([.get, .delete], "/api/v1/freezes/{freeze}"),
        ([.get, .post], "/api/v1/promotions"),
        ([.get, .put, .delete], "/api/v1/promotions/{promotion}"),
        ([.get], "/api/v1/at"),
        ([.post], "/api/v1/tokens"),
        ([.get, .delete], "/api/v1/tokens/{token}"),
    ]

    /// - Parameter allowed: what the path does answer to; with any, only the method is what is missing.
    static func problem(_ request: HTTPRequest, allowed: [HTTPMethod]) -> HTTPProblem {
        let detail = "\(request.method) \(request.path) is not built yet"
        guard !allowed.isEmpty else { return HTTPProblem(status: 501, detail: detail, code: "notBuiltYet") }
        let allow = ("Allow", allowed.map(\.name).sorted().joined(separator: ", "))
        return HTTPProblem(status: 405, detail: detail, code: "notBuiltYet", headers: [allow])
    }

    private static let page = HTTPProblem(
        status: 501,
        detail:
            "The web page is not built yet: `deployd status` shows which version is where, and /docs describes the API.",
        code: "notBuiltYet")

    /// Adds the paths, those of `/api/v1` behind the same lock as all of it.
    static func install(in router: inout HTTPRouter, beside operations: [Operation], admit: @escaping HTTPAdmission) {
        for (methods, path) in table {
            let allowed = operations.filter { $0.path == path }.map(\.method)
            for method in methods {
                router.on(
                    method, path, body: method == .get ? .none : .buffered, admit: admit,
                    .immediate { throw problem($0, allowed: allowed) })
            }
        }
        router.on(.get, "/", body: .none, .immediate { _ in throw page })
        for provider in WebhookProvider.allCases where !provider.isBuilt {
            router.on(
                .post, "/hooks/\(provider.rawValue)", body: .buffered,
                .immediate { throw problem($0, allowed: []) })
        }
    }
}
