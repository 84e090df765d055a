/// A body that is made while it is sent.
public struct HTTPStream: Sendable {
    /// How many bytes may wait for the client; a client that lets more pile up is dropped.
    public var bufferLimit: Int
    /// Sent when nothing else was for that long, so that proxies keep the connection and a dead client is noticed.
    public var heartbeat: (every: Duration, bytes: [UInt8])?
    /// Whether the body ends when its producer returns; else when `finish` of its writer is called. Thousands of streams wait,
    /// and a task that waited for each would take more memory than the connection.
    let endsWithProducer: Bool
    /// Makes the content. Its task is cancelled when the client goes away or the server drains.
    let produce: @Sendable (HTTPStreamWriter) async -> Void

    public init(
        bufferLimit: Int = 256 * 1024, heartbeat: (every: Duration, bytes: [UInt8])? = nil,
        endsWithProducer: Bool = true, produce: @escaping @Sendable (HTTPStreamWriter) async -> Void
    ) {
        self.bufferLimit = bufferLimit
        self.heartbeat = heartbeat
        self.endsWithProducer = endsWithProducer
        self.produce = produce
    }
}

/// Why a stream takes nothing more.
public enum HTTPStreamClosed: Error, Sendable, Equatable {
    /// The client went away, or the server drains.
    case disconnected
    /// The client reads too slowly; it was dropped.
    case tooSlow
}

/// The producer's end of a stream.
public struct HTTPStreamWriter: Sendable {
    let channel: StreamChannel

    /// Queues `bytes` without waiting. What is larger than the buffer is taken when the buffer is empty.
    /// - Throws: `HTTPStreamClosed`; the producer should return then.
    public func write(_ bytes: [UInt8]) throws(HTTPStreamClosed) { try channel.append(bytes) }

    /// Waits until at most half of the buffer is taken: for producers that can wait for a slow client.
    /// For one task of the producer at a time.
    /// - Throws: `HTTPStreamClosed` when the client is gone.
    public func waitForRoom() async throws { try await channel.waitForRoom() }

    /// Whether a producer that can wait should go on.
    public var hasRoom: Bool { channel.hasRoom }

    /// Ends the body, once what was written is sent.
    public func finish() { channel.finish() }

    /// Whether the client is still there, as far as is known.
    public var isOpen: Bool { channel.isOpen }
}
