/// A whole response.
public struct HTTPClientResponse: Sendable {
    public let head: HTTPClientResponseHead
    public let body: [UInt8]

    public var status: Int { head.status }
    public var headers: [(String, String)] { head.headers }

    /// The body as UTF-8, what is not so replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of the first header of that name, in whatever case it came.
    public func header(_ name: String) -> String? { head.header(name) }
}

/// Status and headers of a response.
public struct HTTPClientResponseHead: Sendable {
    public let status: Int
    public let headers: [(String, String)]

    /// The value of the first header of that name, in whatever case it came.
    public func header(_ name: String) -> String? {
        headers.first { equalIgnoringCase($0.0, name) }?.1
    }
}

/// Whether two ASCII texts differ at most in case.
func equalIgnoringCase(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { lowercase($0) == lowercase($1) }
}

private func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
