import Client
import Core
import Crypto
import HTTPServer

/// Answers in JSON.
enum Answer {
    static func json(_ value: some Encodable, status: Int = 200) throws -> HTTPResponse {
        HTTPResponse.json(try WireJSON.bytes(value), status: status)
    }

    /// A single object with its `ETag`; 304 without a body when the client has it already.
    /// - Parameter tag: without quotes; the digest of the body when left out.
    static func object(
        _ value: some Encodable, for request: HTTPRequest, tag: String? = nil, status: Int = 200
    ) throws -> HTTPResponse {
        let bytes = try WireJSON.bytes(value)
        let tag = tag.map { "\"\($0)\"" } ?? Answer.tag(of: bytes)
        if request.method != .put, request.method != .post,
            EntityTags(request.headers(named: "If-None-Match")).holds(tag)
        {
            return HTTPResponse(status: 304, headers: [("ETag", tag)])
        }
        return HTTPResponse.json(bytes, status: status).with("ETag", tag)
    }
}

extension Answer {
    /// The `ETag` of an object without one of its own.
    static func tag(of value: some Encodable) throws -> String { tag(of: try WireJSON.bytes(value)) }

    private static func tag(of bytes: [UInt8]) -> String { "\"\(Digest.sha256(of: bytes).hex.prefix(32))\"" }
}

/// The value of `If-Match` or `If-None-Match` (RFC 9110 §13.1).
struct EntityTags {
    let isAny: Bool
    /// With their quotes.
    let tags: [String]

    init(_ fields: [String]) {
        let members = fields.flatMap { $0.split(separator: ",") }.map { member in
            String(member.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        isAny = members.contains("*")
        tags = members
    }

    var isEmpty: Bool { tags.isEmpty }

    /// By the weak comparison, which is that of `If-None-Match`.
    func holds(_ tag: String) -> Bool {
        isAny || tags.contains { $0 == tag || $0 == "W/\(tag)" }
    }
}
