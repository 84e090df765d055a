import Core
import Webhooks

/// Any body is read or refused, and JSON that is read is the same once it was written again.
enum WebhookFuzz {
    static func check(_ bytes: [UInt8]) -> Int32 {
        for event in ["push", "ping"] {
            for type in ["application/json", "application/x-www-form-urlencoded"] {
                read(bytes, event: event, type: type)
            }
        }
        if let value = try? JSONValue.parse(bytes) {
            guard let again = try? JSONValue.parse(value.text), again == value else {
                fail("not the same when it was written: \(value.text)")
            }
        }
        return 0
    }

    private static func read(_ bytes: [UInt8], event: String, type: String) {
        let message = WebhookMessage(
            body: bytes,
            headers: [
                ("Content-Type", type), ("X-GitHub-Event", event), ("X-GitHub-Hook-ID", "42"),
                ("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
                ("X-Hub-Signature-256", "sha256=\(String(repeating: "0", count: 64))"),
            ])
        do throws(DeploydError) {
            _ = try GitHubWebhook(message).repositoryEvent()
        } catch {
            if ![.invalid, .unauthenticated].contains(error.code) { fail("refused as \(error.code): \(error)") }
        }
    }
}
