/// The request that a connection is busy with.
struct CurrentRequest {
    var request: HTTPRequest
    var route: HTTPRoute?
    /// Whether the connection may go on after the response.
    var keepsAlive: Bool
    var decoder: BodyDecoder?
    /// What came of a body that is kept in memory.
    var body = BodyBuffer()
    /// Bytes of it that count against the server's bound.
    var reservedBytes = 0
    var spool: ConnectionSpool?
    /// The handler, or the producer of the stream.
    var task: Task<Void, Never>?
    var stream: (channel: StreamChannel, isChunked: Bool, heartbeat: (every: Int64, bytes: [UInt8])?)?

    init(_ request: HTTPRequest) {
        self.request = request
        keepsAlive = request.head.keepsAlive
    }

    var isHead: Bool { request.method == .head }
}

/// A body on its way to a file, as its connection sees it.
struct ConnectionSpool {
    /// How many bytes may be between the connection and the file.
    static let window = 256 * 1024

    let ticket: SpoolWorker.Ticket
    var outstanding = 0
    /// Whether the last byte was handed over.
    var isComplete = false

    var mayTakeMore: Bool { outstanding < ConnectionSpool.window }
}
