/// One request, as a handler sees it.
public struct HTTPRequest: Sendable {
    let head: HTTPRequestHead

    /// The named segments of the route's pattern, percent-decoded.
    public var parameters: [String: String] = [:]
    /// The whole body, where the route's policy is `buffered`.
    public var body: [UInt8] = []
    /// The body's file, where the route's policy is `spooled`.
    public var spooledBody: SpooledBody?
    /// The other end of the connection.
    public let remoteAddress: PeerAddress

    init(head: HTTPRequestHead, remoteAddress: PeerAddress) {
        self.head = head
        self.remoteAddress = remoteAddress
    }

    /// A request made by hand: it is read by the same parser as one from a socket.
    /// - Parameter target: path and query as they would be on the request line, escapes included.
    /// - Throws: `HTTPSyntaxError` where a server would answer 4xx.
    public init(
        _ method: HTTPMethod, _ target: String, headers: [(String, String)] = [], body: [UInt8] = [],
        remoteAddress: PeerAddress = .loopback
    ) throws(HTTPSyntaxError) {
        var text = "\(method) \(target) HTTP/1.1\r\n"
        if !headers.contains(where: { $0.0.lowercased() == "host" }) { text += "Host: localhost\r\n" }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        let bytes = Array((text + "\r\n").utf8)
        var parser = RequestHeadParser(limits: HTTPLimits())
        guard let head = try parser.advance(bytes.span) else {
            throw HTTPSyntaxError(status: 400, reason: "the request's head does not end")
        }
        self.init(head: head, remoteAddress: remoteAddress)
        self.body = body
    }

    public var method: HTTPMethod { head.method }
    /// Path and query as received. Never logged by the server: queries may hold tokens.
    public var target: String { head.target.text }
    /// The path as received, escapes and all.
    public var path: String { head.target.path }
    /// The path between its slashes, percent-decoded; none for `/`.
    public var segments: [String] { head.target.segments }
    /// The query's pairs in their order, decoded as `application/x-www-form-urlencoded`.
    public var query: [(String, String)] { head.target.query }

    /// The first value of `name` in the query.
    public func query(_ name: String) -> String? {
        head.target.query.first { $0.0 == name }?.1
    }

    /// The first header field of that name, in any case, without the space around it.
    public func header(_ name: String) -> String? { head.firstValue(named: name) }

    /// All header fields of that name, in the order received.
    public func headers(named name: String) -> [String] { head.values(named: name) }

    /// Every header field in the order received.
    public var headers: [(String, String)] { head.fields.map { (head.text($0.name), head.text($0.value)) } }

    /// Lets go of all that was sent.
    mutating func forget() { self = HTTPRequest(head: .spent, remoteAddress: remoteAddress) }
}
