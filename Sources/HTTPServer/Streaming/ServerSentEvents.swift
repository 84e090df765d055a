/// One event of a `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html).
public struct ServerSentEvent: Sendable, Equatable {
    /// What a client sends back as `Last-Event-ID`.
    public var id: String?
    public var event: String?
    public var data: String

    public init(id: String? = nil, event: String? = nil, data: String) {
        self.id = id
        self.event = event
        self.data = data
    }

    /// The event's lines and the empty one after them. Line breaks within `id` and `event` become spaces.
    public var bytes: [UInt8] {
        var output: [UInt8] = []
        if let id { ServerSentEvent.line("id: ", oneLine(id)[...], to: &output) }
        if let event { ServerSentEvent.line("event: ", oneLine(event)[...], to: &output) }
        let normal = Array(data.replacingLineBreaks)
        for part in normal.split(separator: 0x0A, omittingEmptySubsequences: false) {
            ServerSentEvent.line("data: ", part, to: &output)
        }
        output.append(0x0A)
        return output
    }

    private static func line(_ label: String, _ content: ArraySlice<UInt8>, to output: inout [UInt8]) {
        output += label.utf8
        output += content
        output.append(0x0A)
    }

    private func oneLine(_ text: String) -> [UInt8] {
        text.utf8.map { $0 == 0x0A || $0 == 0x0D || $0 == 0 ? 0x20 : $0 }
    }
}

extension String {
    /// UTF-8 with CR LF and CR as LF, which is how a reader of events counts lines.
    fileprivate var replacingLineBreaks: [UInt8] {
        var output: [UInt8] = []
        var afterReturn = false
        for byte in utf8 {
            if byte == 0x0A, afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = byte == 0x0D
            output.append(afterReturn ? 0x0A : byte)
        }
        return output
    }
}

/// The producer's end of an event stream.
public struct ServerSentEventWriter: Sendable {
    private let writer: HTTPStreamWriter

    init(writer: HTTPStreamWriter) { self.writer = writer }

    /// Queues one event without waiting.
    /// - Throws: `HTTPStreamClosed`; the producer should return then.
    public func send(_ event: ServerSentEvent) throws(HTTPStreamClosed) { try writer.write(event.bytes) }

    /// Queues an event's bytes, which were made once for many.
    /// - Throws: as `send`.
    public func send(bytes: [UInt8]) throws(HTTPStreamClosed) { try writer.write(bytes) }

    /// Waits until at most half of the buffer is taken: for producers that read from a store and can wait.
    public func waitForRoom() async throws { try await writer.waitForRoom() }

    public var hasRoom: Bool { writer.hasRoom }

    /// Ends the stream, once what was sent has gone.
    public func finish() { writer.finish() }

    public var isOpen: Bool { writer.isOpen }
}

extension HTTPResponse {
    /// A `text/event-stream`, with a comment as heartbeat.
    /// - Parameters:
    ///   - endsWithProducer: whether the stream ends when `produce` returns, or only by its writer's `finish`.
    ///   - produce: sends the events; its task is cancelled when the client goes away or the server drains.
    public static func serverSentEvents(
        bufferLimit: Int = 256 * 1024, heartbeat: Duration = .seconds(15), endsWithProducer: Bool = true,
        produce: @escaping @Sendable (ServerSentEventWriter) async -> Void
    ) -> HTTPResponse {
        let stream = HTTPStream(
            bufferLimit: bufferLimit, heartbeat: (heartbeat, comment), endsWithProducer: endsWithProducer
        ) { writer in
            await produce(ServerSentEventWriter(writer: writer))
        }
        return HTTPResponse(status: 200, headers: streamHeaders, body: .stream(stream))
    }

    private static let comment = Array(":\n\n".utf8)
    private static let streamHeaders = [
        ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
    ]
}
