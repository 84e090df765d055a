/// A request that is answered `status` without being understood further; the connection closes after it.
public struct HTTPSyntaxError: Error, Sendable, Equatable {
    public let status: Int
    /// One sentence for the client. Never holds what was received.
    public let reason: String

    public init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }

    /// The name of the `DeploydError.Code` that says the same.
    var code: String {
        switch status {
        case 408: "timedOut"
        case 413, 414, 431: "tooLarge"
        default: "invalid"
        }
    }

    static func bad(_ reason: String) -> HTTPSyntaxError { HTTPSyntaxError(status: 400, reason: reason) }
}
