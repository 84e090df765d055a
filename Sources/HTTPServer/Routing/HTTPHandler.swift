/// What answers the requests of a route.
public enum HTTPHandler: Sendable {
    /// Runs in a task of its own, which is cancelled when the client goes away or the handler's time is over.
    /// Errors become problems (`HTTPProblem.init(describing:)`).
    case task(@Sendable (HTTPRequest) async throws -> HTTPResponse)
    /// Runs on the event loop: for answers that need microseconds and never wait.
    case immediate(@Sendable (HTTPRequest) throws -> HTTPResponse)
    /// Starts on the event loop, so it must be quick: it returns the answer, or takes a responder, returns nil, and answers
    /// later from any thread.
    case callback(@Sendable (HTTPRequest, _ later: () -> HTTPResponder) -> HTTPResponse?)
}

/// Looks at a request before its body is read (and before `100 Continue`), on the event loop: it must be quick.
/// - Returns: the answer that refuses the request, nil to go on.
public typealias HTTPAdmission = @Sendable (HTTPRequest) -> HTTPResponse?

/// One method of one pattern. A class, so that a request holds its route by one reference.
final class HTTPRoute: Sendable {
    let pattern: RoutePattern
    let body: BodyPolicy
    let admit: HTTPAdmission?
    let handler: HTTPHandler

    init(pattern: RoutePattern, body: BodyPolicy, admit: HTTPAdmission?, handler: HTTPHandler) {
        self.pattern = pattern
        self.body = body
        self.admit = admit
        self.handler = handler
    }
}
