import Core
import Crypto
import HTTPClient
import System

/// Sends webhooks as GitHub does: https://docs.github.com/webhooks/webhook-events-and-payloads#push
struct GitHubSender: Sendable {
    struct Answer: Sendable, Equatable {
        let status: Int
        /// The id that the server gave it.
        let delivery: String?
    }

    /// One delivery, which can be sent again as it is.
    struct Message: Sendable {
        var id = "\(Identifier.make(at: SystemClock().now()))"
        var event = "push"
        var body: [UInt8]
        var isForm = false
        var secret: String
    }

    let server: String
    let repository: GitRepository
    let http: HTTPClientSession

    /// The announcement of a push of `commit`.
    func push(_ commit: String, before: String? = nil, branch: String = "main") -> Message {
        push(commit, before: before, reference: "refs/heads/\(branch)")
    }

    func push(_ commit: String, before: String? = nil, reference: String) -> Message {
        let zero = String(repeating: "0", count: 40)
        let person: JSONValue = ["name": "Ada", "email": "ada@example.com"]
        let head: JSONValue = [
            "id": .string(commit), "message": "change", "timestamp": "2025-01-31T12:00:00Z", "author": person,
            "committer": person,
        ]
        let payload: JSONValue = [
            "ref": .string(reference), "before": .string(before ?? zero), "after": .string(commit),
            "created": .bool(before == nil), "deleted": false, "forced": false, "head_commit": head,
            "commits": [head],
            "repository": [
                "id": 1, "full_name": .string(repository.name), "private": true, "default_branch": "main",
            ],
            "pusher": person, "sender": ["login": "ada", "id": 1, "type": "User"],
        ]
        return Message(body: payload.bytes, secret: repository.secret)
    }

    func send(_ message: Message) async throws -> Answer {
        let body = message.isForm ? GitHubSender.form(message.body) : message.body
        let signature = HMACSHA256(key: message.secret).code(for: body).hex
        let request = HTTPClientRequest(
            "POST", "\(server)/hooks/github",
            headers: [
                ("Content-Type", message.isForm ? "application/x-www-form-urlencoded" : "application/json"),
                ("User-Agent", "GitHub-Hookshot/044aadd"), ("X-GitHub-Event", message.event),
                ("X-GitHub-Delivery", message.id), ("X-GitHub-Hook-ID", "292430182"),
                ("X-Hub-Signature-256", "sha256=\(signature)"),
            ], body: .bytes(body), timeout: .seconds(60))
        let response = try await http.send(request)
        let json = try? JSONValue.parse(response.body)
        return Answer(status: response.status, delivery: json?["delivery"]?.string)
    }

    /// `payload=…`, everything but letters and digits percent-encoded.
    private static func form(_ payload: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return Array("payload=".utf8)
            + payload.flatMap { byte -> [UInt8] in
                let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
                return isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
    }
}
