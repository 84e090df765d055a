import Core

/// Whether a request that failed is to be sent again, and when.
enum RetryAdvice: Equatable {
    case never
    /// At the server's own word, or else as the pauses have it.
    case again(after: Duration?)

    init(_ error: DeploydError, _ request: APIRequest) {
        if let status = error.apiStatus {
            self = RetryAdvice.advice(status, request)
        } else {
            self = RetryAdvice.advice(error, request)
        }
    }

    private static func advice(_ status: APIStatus, _ request: APIRequest) -> RetryAdvice {
        let repeats = request.repetition == .always
        switch status.code {
        // Refused before anything was done (API Priority and Fairness).
        case 429: return .again(after: status.retryAfter)
        case 503 where repeats || status.retryAfter != nil: return .again(after: status.retryAfter)
        case 502 where repeats: return .again(after: status.retryAfter)
        // ServerTimeout and Timeout: the server says itself that trying again may help.
        case 500 where repeats && status.retryAfter != nil, 504 where repeats:
            return .again(after: status.retryAfter)
        case 409 where request.retriesStale && status.isStale && !status.failsPrecondition:
            return .again(after: nil)
        default: return .never
        }
    }

    /// libcurl's numbers for a host or proxy that is not found, and for no connection.
    private static let nothingWasSent: Set = ["5", "6", "7"]
    /// … for TLS, which another attempt does not change.
    private static let handshake: Set = ["35", "51", "58", "60", "77", "83"]

    private static func advice(_ error: DeploydError, _ request: APIRequest) -> RetryAdvice {
        guard error.code == .unavailable else { return .never }
        let curl = error.metadata["curl"] ?? ""
        if nothingWasSent.contains(curl) { return .again(after: nil) }
        return request.repetition == .always && !handshake.contains(curl) ? .again(after: nil) : .never
    }
}
