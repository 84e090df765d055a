import Core
import Crypto
import Testing

@testable import Webhooks

/// Part of the message of an expected error. Equal to any other text that holds it or is held by it.
struct Refusal: Error, Equatable, ExpressibleByStringLiteral, Sendable {
    let part: String

    init(stringLiteral value: String) { part = value }
    init(_ message: String) { part = message }

    static func == (a: Refusal, b: Refusal) -> Bool { a.part.contains(b.part) || b.part.contains(a.part) }

    /// What `body` gives, its `DeploydError` of `code` as a refusal.
    static func outcome<Value>(_ code: DeploydError.Code, _ body: () throws -> Value) -> Result<Value, Refusal> {
        do { return .success(try body()) } catch let error as DeploydError where error.code == code {
            return .failure(Refusal(error.message))
        } catch {
            return .failure(Refusal("another error: \(error)"))
        }
    }
}

enum Fixture {
    static let secret = "It's a Secret to Everybody"

    static func github(_ event: String) throws -> [UInt8] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return try read("/\(folder)/Fixtures/github/\(event).json")
    }

    static func form(_ json: [UInt8]) -> [UInt8] {
        Array("x=1&payload=".utf8)
            + json.flatMap { byte -> [UInt8] in
                byte == 0x20 ? [UInt8(ascii: "+")] : Array("%\(Hex.encode([byte]))".utf8)
            }
    }

    static func message(
        _ body: [UInt8], event: String, secret: String = secret, isForm: Bool = false, signing signed: [UInt8]? = nil
    ) -> WebhookMessage {
        WebhookMessage(
            body: body,
            headers: [
                ("Content-Type", isForm ? "application/x-www-form-urlencoded" : "application/json"),
                ("x-github-event", event), ("x-github-hook-id", "42"),
                ("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
                ("x-hub-signature-256", "sha256=\(HMACSHA256(key: secret).code(for: signed ?? body).hex)"),
            ])
    }
}
