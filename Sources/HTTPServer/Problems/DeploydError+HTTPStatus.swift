public import Core

extension DeploydError.Code {
    /// The HTTP status that says the same (RFC 9110 §15).
    public var httpStatus: Int {
        switch self {
        case .invalid: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .conflict: 409
        case .preconditionFailed: 412
        case .tooLarge: 413
        case .exhausted: 429
        case .notBuiltYet: 501
        case .unavailable, .cancelled: 503
        case .timedOut: 504
        case .internal: 500
        }
    }
}
