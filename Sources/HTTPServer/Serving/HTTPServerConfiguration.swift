/// How a server listens, and its bounds.
public struct HTTPServerConfiguration: Sendable {
    /// Where to listen: `127.0.0.1:8420`, `[::1]:0`, `localhost:8420`, `:8420` (every IPv4 address), `[::]:8420` (those of
    /// IPv6 too). Port 0 takes a free one.
    public var address: String
    /// Threads, each with its own listener; the kernel deals connections out among them.
    public var loops = 2
    /// Past this many open connections those are closed that have longest sent no whole request; where all have, a new one is
    /// answered 503 and closed.
    public var maximumConnections = 16_384
    /// How many bytes of bodies may be held in memory, over all requests; a body past it is answered 503.
    public var maximumBufferedBytes = 128 << 20
    public var limits = HTTPLimits()
    public var timeouts = HTTPTimeouts()

    public init(address: String = "127.0.0.1:8420") { self.address = address }
}

/// How long a client may take. Kept to within a quarter of the shortest of them, at most one second.
public struct HTTPTimeouts: Sendable {
    /// From a request's first byte to the end of its head; also for the first byte of a new connection.
    public var head: Duration = .seconds(10)
    /// Between two pieces of a body.
    public var bodyIdle: Duration = .seconds(20)
    /// For a whole body.
    public var body: Duration = .seconds(600)
    /// For a handler; past it the answer is 504 and its task is cancelled.
    public var handler: Duration = .seconds(120)
    /// Between two requests of a connection.
    public var keepAlive: Duration = .seconds(75)
    /// Without the client taking a byte of what waits for it.
    public var writeStall: Duration = .seconds(30)
    /// How long a closing connection is read from, so that the client sees the answer and not a reset.
    public var linger: Duration = .seconds(2)

    public init() {}
}
