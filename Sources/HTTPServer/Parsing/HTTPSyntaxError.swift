/// A request that is answered `status` without being understood further; the connection closes after it.
public struct HTTPSyntaxError: Error, Sendable, Equatable {
    public let status: Int
    /// One sentence for the client. Never holds what was received.
    public let reason: String

    public init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }

    static func bad(_ reason: String) -> HTTPSyntaxError { HTTPSyntaxError(status: 400, reason: reason) }
}
