/// Bounds on what one request may hold outside its body, in bytes unless said otherwise.
public struct HTTPLimits: Sendable, Equatable {
    /// The request line; past it 414.
    public var requestLine = 8 * 1024
    /// Request line and header fields together; past it 431.
    public var head = 24 * 1024
    /// How many header fields; past it 431.
    public var fields = 100
    /// The extension of one chunk.
    public var chunkExtension = 256
    /// All trailer fields of a chunked body together.
    public var trailers = 4 * 1024

    public init() {}
}
