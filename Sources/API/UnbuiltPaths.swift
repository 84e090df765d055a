import HTTPServer
import Webhooks

/// What the interfaces describe and this server does not do yet: answered 501, so that nobody takes it for a mistake of
/// theirs. Not in the OpenAPI document, which says what the server does.
enum UnbuiltPaths {
    static let table: [(methods: [HTTPMethod], path: String)] = [
        ([.get], "/api/v1/worlds/{world}/state"),
        ([.post], "/api/v1/worlds/{world}/resources"),
        ([.post], "/api/v1/resources"),
        ([.patch, .delete], "/api/v1/resources/{resource}"),
        ([.put], "/api/v1/applications/{application}/targets/{target}/version/deployed"),
        ([.get, .post], "/api/v1/freezes"),
        ([.get, .delete], "/api/v1/freezes/{freeze}"),
        ([.get, .post], "/api/v1/promotions"),
        ([.get, .put, .delete], "/api/v1/promotions/{promotion}"),
        ([.get], "/api/v1/at"),
        ([.post], "/api/v1/tokens"),
        ([.get, .delete], "/api/v1/tokens/{token}"),
    ]

    static func problem(_ request: HTTPRequest) -> HTTPProblem {
        HTTPProblem(
            status: 501, detail: "\(request.method) \(request.path) is not built yet", code: "notBuiltYet")
    }

    /// Adds the paths, those of `/api/v1` behind the same lock as all of it.
    static func install(in router: inout HTTPRouter, admit: @escaping HTTPAdmission) {
        for (methods, path) in table {
            for method in methods {
                router.on(
                    method, path, body: method == .get ? .none : .buffered, admit: admit,
                    .immediate { throw problem($0) })
            }
        }
        for provider in WebhookProvider.allCases where !provider.isBuilt {
            router.on(.post, "/hooks/\(provider.rawValue)", body: .buffered, .immediate { throw problem($0) })
        }
    }
}
