/// How much a client may ask of an API server.
public struct ClientLimits: Sendable {
    /// Requests that begin in a second, on average; nil for no bound.
    public var requestsPerSecond: Int?
    /// Requests that may begin at once after a pause.
    public var burst: Int
    /// Requests that are under way at once, watches not counted. Without HTTP/2 each has a connection.
    public var concurrentRequests: Int
    /// For one answer, from its request to its end.
    public var attemptTimeout: Duration
    /// Whether requests share a connection by HTTP/2 where the server has it.
    public var sharesConnection: Bool

    public init(
        requestsPerSecond: Int? = 50, burst: Int = 100, concurrentRequests: Int = 16,
        attemptTimeout: Duration = .seconds(30), sharesConnection: Bool = true
    ) {
        self.requestsPerSecond = requestsPerSecond
        self.burst = burst
        self.concurrentRequests = concurrentRequests
        self.attemptTimeout = attemptTimeout
        self.sharesConnection = sharesConnection
    }
}
