import Client
import Core
import HTTPServer
import Webhooks

/// POST /hooks/{provider}
struct HookRoutes: Sendable {
    let github: GitHubHook
    let filesystem: FilesystemHook
    let spoolDirectory: String

    var operations: [Operation] {
        [
            Operation(
                method: .post, path: "/hooks/github", id: "receiveGitHub", tag: "Webhooks",
                summary: "A delivery of GitHub's; its HMAC-SHA-256 is over the raw body", access: .signature,
                headers: [
                    ("X-GitHub-Event", "What happened."), ("X-GitHub-Delivery", "The delivery's own id."),
                    ("X-Hub-Signature-256", "`sha256=` and the HMAC in hexadecimal digits."),
                ],
                body: Operation.Body(
                    content: ["application/json": .any, "application/x-www-form-urlencoded": .any], isRequired: true,
                    policy: .buffered(limit: GitHubHook.maximumBody)),
                answers: [
                    .json(Wire.DeliveryReceipt.self, "A ping is stored.", status: 200),
                    .json(Wire.DeliveryReceipt.self, "It is stored; work follows.", status: 202),
                ], problems: [401, 429, 503], handler: .callback { github.receive($0, $1) }),
            Operation(
                method: .post, path: "/hooks/filesystem", id: "receiveTree", tag: "Webhooks",
                summary: "A working tree as a tar archive",
                parameters: [
                    Operation.Parameter("application", "Must be what its `deployd.yaml` says."),
                    Operation.Parameter("environment", "Where it goes; needed unless there is only one."),
                ],
                headers: [("Content-Digest", "`sha-256=:BASE64:` (RFC 9530).")],
                body: Operation.Body(
                    content: Dictionary(
                        uniqueKeysWithValues: FilesystemHook.types.keys.map { ($0, .string(format: "binary")) }),
                    isRequired: true,
                    policy: .spooled(directory: spoolDirectory, limit: FilesystemHook.maximumBody)),
                answers: [.json(Wire.DeliveryReceipt.self, "It is stored; work follows.", status: 202)],
                handler: .task { try await filesystem.receive($0) }),
        ]
    }
}
