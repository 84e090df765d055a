public import Core

/// An answer. The server adds `Date`, `Content-Length` or `Transfer-Encoding`, and `Connection`.
public struct HTTPResponse: Sendable {
    public enum Body: Sendable {
        case bytes([UInt8])
        case stream(HTTPStream)
    }

    public var status: Int
    /// In the order written. Control characters in values are replaced by spaces.
    public var headers: [(String, String)]
    public var body: Body

    public init(status: Int, headers: [(String, String)] = [], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// `application/json` of text that is JSON already.
    public static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Content-Type", "application/json")], body: .bytes(bytes))
    }

    public static func json(_ value: JSONValue, status: Int = 200) -> HTTPResponse {
        json(value.bytes, status: status)
    }

    /// `text/plain` in UTF-8.
    public static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: .bytes(Array(text.utf8)))
    }

    /// No body at all.
    public static func empty(_ status: Int = 204) -> HTTPResponse { HTTPResponse(status: status) }

    /// The same answer with one more header field.
    public func with(_ name: String, _ value: String) -> HTTPResponse {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    /// The bytes of a body that is not a stream.
    public var bytes: [UInt8]? { if case .bytes(let bytes) = body { bytes } else { nil } }

    /// The first header field of that name, in any case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.0.lowercased() == wanted }?.1
    }
}
