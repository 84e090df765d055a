/// Which handler answers what. Literal segments win over parameters, parameters over `{rest...}`.
public struct HTTPRouter: Sendable {
    /// Renders every answer that is a problem: 404 and 405, errors that handlers throw, refused syntax (then the
    /// request is nil).
    public var renderProblem: @Sendable (HTTPProblem, HTTPRequest?) -> HTTPResponse = { problem, _ in problem.response }
    private var tree = RouteTree()

    public init() {}

    /// Adds a route. Adding the same method and pattern twice is a defect, and traps.
    /// - Parameters:
    ///   - pattern: such as `/api/v1/applications/{app}` or `/assets/{path...}`.
    ///   - admit: may refuse a request before its body is read.
    public mutating func on(
        _ method: HTTPMethod, _ pattern: String, body: BodyPolicy = .none, admit: HTTPAdmission? = nil,
        _ handler: HTTPHandler
    ) {
        let pattern = RoutePattern(pattern)
        tree.insert(HTTPRoute(pattern: pattern, body: body, admit: admit, handler: handler), method: method)
    }

    public mutating func get(
        _ pattern: String, _ handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) {
        on(.get, pattern, .task(handler))
    }

    public mutating func post(
        _ pattern: String, body: BodyPolicy = .buffered,
        _ handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) {
        on(.post, pattern, body: body, .task(handler))
    }

    public mutating func put(
        _ pattern: String, body: BodyPolicy = .buffered,
        _ handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) {
        on(.put, pattern, body: body, .task(handler))
    }

    public mutating func patch(
        _ pattern: String, body: BodyPolicy = .buffered,
        _ handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) {
        on(.patch, pattern, body: body, .task(handler))
    }

    public mutating func delete(
        _ pattern: String, body: BodyPolicy = .buffered,
        _ handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) {
        on(.delete, pattern, body: body, .task(handler))
    }

    /// The route of a request; HEAD is answered by GET's where it has none of its own.
    func match(_ method: HTTPMethod, _ segments: [String]) -> RouteMatch {
        let match = tree.match(method, segments)
        guard case .methodNotAllowed = match, method == .head else { return match }
        return tree.match(.get, segments)
    }

    /// The answer where no route fits: 404, 405 with `Allow`, or 204 with `Allow` for OPTIONS.
    func fallback(_ allowed: [HTTPMethod], for request: HTTPRequest) -> HTTPResponse {
        guard !allowed.isEmpty else {
            return renderProblem(
                HTTPProblem(status: 404, detail: "There is nothing at this path.", code: "notFound"), request)
        }
        let methods = Set(allowed + [.options] + (allowed.contains(.get) ? [.head] : []))
        let allow = ("Allow", methods.map(\.name).sorted().joined(separator: ", "))
        if request.method == .options { return HTTPResponse(status: 204, headers: [allow]) }
        let problem = HTTPProblem(
            status: 405, detail: "\(request.method) is not possible here; see the Allow header.", headers: [allow])
        return renderProblem(problem, request)
    }
}
