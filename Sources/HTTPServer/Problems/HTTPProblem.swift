public import Core

/// A problem as RFC 9457 has it. Handlers may throw one.
public struct HTTPProblem: Error, Sendable {
    /// What is wrong with one place of a body.
    public struct Place: Sendable, Equatable {
        /// A JSON pointer (RFC 6901).
        public var pointer: String
        public var detail: String

        public init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    public var status: Int
    /// One sentence for people.
    public var detail: String
    /// The name of a `DeploydError.Code`, for programs.
    public var code: String?
    public var errors: [Place]
    /// When trying again may help.
    public var retryAfter: Duration?
    /// Further header fields, such as `Allow`.
    public var headers: [(String, String)] = []

    public init(
        status: Int, detail: String, code: String? = nil, errors: [Place] = [], retryAfter: Duration? = nil,
        headers: [(String, String)] = []
    ) {
        self.status = status
        self.detail = detail
        self.code = code
        self.errors = errors
        self.retryAfter = retryAfter
        self.headers = headers
    }

    public init(_ error: DeploydError, errors: [Place] = [], retryAfter: Duration? = nil) {
        self.init(
            status: error.code.httpStatus, detail: error.message, code: error.code.rawValue, errors: errors,
            retryAfter: retryAfter)
        if error.code == .unauthenticated { headers.append(("WWW-Authenticate", "Bearer")) }
    }

    /// `error` for a client: ours as they are, anything else without a word of what it holds.
    public init(describing error: any Error) {
        switch error {
        case let problem as HTTPProblem: self = problem
        case let error as DeploydError: self.init(error)
        case let error as HTTPSyntaxError: self.init(status: error.status, detail: error.reason, code: error.code)
        case is CancellationError: self.init(DeploydError(.cancelled, "The request was cancelled."))
        default: self.init(DeploydError(.internal, "The server failed; its log says more."))
        }
    }

    /// The answer in `application/problem+json`.
    public var response: HTTPResponse {
        var members: [String: JSONValue] = [
            "type": "about:blank", "title": .string("\(HTTPStatus.reason(status))"), "status": .integer(Int64(status)),
            "detail": .string(detail),
        ]
        if let code { members["code"] = .string(code) }
        if !errors.isEmpty {
            members["errors"] = .array(
                errors.map { .object(["pointer": .string($0.pointer), "detail": .string($0.detail)]) })
        }
        var response = HTTPResponse.json(.object(members), status: status)
        response.headers = [("Content-Type", "application/problem+json")] + headers
        if let retryAfter {
            // Whole seconds, and never 0: that would say "at once".
            response.headers.append(("Retry-After", String(max(1, (retryAfter.milliseconds + 999) / 1000))))
        }
        return response
    }
}
