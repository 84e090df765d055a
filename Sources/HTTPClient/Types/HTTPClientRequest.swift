/// What to send. The defaults are bounded: 30 s, 16 MB.
public struct HTTPClientRequest: Sendable {
    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// The contents of the regular file at that path, read as they are sent.
        case file(String)
    }

    /// `GET`, `POST` …
    public var method: String
    /// `http` or `https`; user information in it is sent as basic authentication and never shown.
    public var url: String
    public var headers: [(String, String)]
    public var body: Body
    /// From `send` to the whole response. For a stream: to the end of the response's headers.
    public var timeout: Duration
    /// For name resolution, connection and TLS handshake together.
    public var connectTimeout: Duration
    /// How long a stream may be silent; nil for ever.
    public var idleTimeout: Duration?
    /// A larger response is an error `tooLarge`. Streams have no such bound: they are read piece by piece.
    public var maximumResponseBytes: Int
    /// Connect to this socket instead of the URL's host.
    public var unixSocket: String?
    public var tls: HTTPClientTLS
    /// Follow up to 5 redirects to `http` and `https`. `Authorization` does not go to another host; other headers do.
    public var followRedirects: Bool
    /// The proxy's URL (`http`, `https`, `socks5`, `socks5h`), also for hosts that are never asked by way of the
    /// environment's; nil for what the environment says.
    public var proxy: String?
    /// Share one connection with other requests by HTTP/2, where the server offers it. Not for streams, which always have
    /// one of their own: libcurl 7.88 stalls the others of a connection while one is paused.
    public var sharesConnection: Bool

    public init(
        _ method: String = "GET", _ url: String, headers: [(String, String)] = [], body: Body = .none,
        timeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(10), idleTimeout: Duration? = nil,
        maximumResponseBytes: Int = 16 << 20, unixSocket: String? = nil, tls: HTTPClientTLS = HTTPClientTLS(),
        followRedirects: Bool = false, proxy: String? = nil, sharesConnection: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
        self.maximumResponseBytes = maximumResponseBytes
        self.unixSocket = unixSocket
        self.tls = tls
        self.followRedirects = followRedirects
        self.proxy = proxy
        self.sharesConnection = sharesConnection
    }
}

extension HTTPClientRequest: CustomStringConvertible, CustomReflectable {
    /// Method and host only: the rest may hold secrets.
    public var description: String { "\(method) to \((try? Target(self).name) ?? "no valid URL")" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
