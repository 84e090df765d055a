extension HTTPRouter {
    /// Answers `request` without a socket, as the server would: for tests that run in one process.
    /// A body over the route's limit is 413; `spooled` routes get the body that the request already has.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        switch match(request.method, request.segments) {
        case .notFound: return fallback([], for: request)
        case .methodNotAllowed(let methods): return fallback(methods, for: request)
        case .found(let route):
            var request = request
            request.parameters = route.pattern.parameters(of: request.segments)
            if let refusal = route.admit?(request) { return refusal }
            guard request.body.count <= route.body.limit else {
                return renderProblem(.bodyTooLarge(limit: route.body.limit), request)
            }
            return await run(route, request)
        }
    }

    private func run(_ route: HTTPRoute, _ request: HTTPRequest) async -> HTTPResponse {
        do {
            switch route.handler {
            case .task(let handler): return try await handler(request)
            case .immediate(let handler): return try handler(request)
            case .callback(let handler):
                return await withCheckedContinuation { continuation in
                    let response = handler(request) { HTTPResponder { continuation.resume(returning: $0) } }
                    if let response { continuation.resume(returning: response) }
                }
            }
        } catch {
            return renderProblem(HTTPProblem(describing: error), request)
        }
    }
}

extension HTTPProblem {
    static func bodyTooLarge(limit: Int) -> HTTPProblem {
        let detail =
            limit == 0 ? "This request takes no body." : "The body may have at most \(limit) bytes."
        return HTTPProblem(status: 413, detail: detail, code: "tooLarge")
    }
}
