/// A response whose body is read piece by piece while it comes.
///
/// The server is made to wait while the reader is slower. Dropping the stream, or cancelling the task that reads it, ends
/// the transfer.
public final class HTTPClientStream: Sendable, AsyncSequence {
    public typealias Element = [UInt8]

    public let head: HTTPClientResponseHead
    private let channel: BodyChannel
    // Keeps the thread that feeds the channel.
    private let session: HTTPClientSession

    init(head: HTTPClientResponseHead, channel: BodyChannel, session: HTTPClientSession) {
        self.head = head
        self.channel = channel
        self.session = session
    }

    deinit { channel.cancel() }

    public var status: Int { head.status }
    public var headers: [(String, String)] { head.headers }

    /// The value of the first header of that name, in whatever case it came.
    public func header(_ name: String) -> String? { head.header(name) }

    public func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

    /// Reads for one task at a time: pieces go to whoever asks.
    public struct Iterator: AsyncIteratorProtocol {
        let stream: HTTPClientStream

        /// The next bytes, at least one; nil at the end of the body.
        /// - Throws: `DeploydError`: `unavailable`, `timedOut`, `cancelled`.
        public mutating func next() async throws -> [UInt8]? { try await stream.channel.next() }
    }

    /// The rest of the body in one piece.
    /// - Throws: `DeploydError` `tooLarge` beyond `maximumBytes`, and what reading throws.
    public func collect(maximumBytes: Int = 1 << 20) async throws -> [UInt8] {
        var body: [UInt8] = []
        for try await bytes in self {
            guard body.count + bytes.count <= maximumBytes else { throw channel.target.tooLarge(maximumBytes) }
            body += bytes
        }
        return body
    }
}
