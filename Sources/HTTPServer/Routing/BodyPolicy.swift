/// What a route does with a request's body.
public enum BodyPolicy: Sendable, Equatable {
    /// A request with a body is refused.
    case none
    /// Held in memory, up to `limit` bytes; more is 413, before it is read where `Content-Length` says so.
    case buffered(limit: Int)
    /// Written to a new file of `directory` while it is read, up to `limit` bytes.
    case spooled(directory: String, limit: Int)

    /// Buffered, at most 1 MB.
    public static let buffered = BodyPolicy.buffered(limit: 1 << 20)

    /// In bytes.
    var limit: Int {
        switch self {
        case .none: 0
        case .buffered(let limit), .spooled(_, let limit): limit
        }
    }
}
