public import Core
public import Crypto
public import Model

/// A delivery of GitHub's (https://docs.github.com/webhooks/webhook-events-and-payloads).
///
/// Read once for its claim, verified over the raw body by the claimed repository's secret, and only then believed.
public struct GitHubWebhook: Sendable {
    public let claim: WebhookClaim
    private let body: [UInt8]
    private let signature: [UInt8]
    private let payload: [JSONValue?]

    /// - Throws: `DeploydError`: `unauthenticated` when it is not signed with SHA-256; `invalid` when the headers or the
    ///   payload are not GitHub's.
    public init(_ message: WebhookMessage) throws(DeploydError) {
        signature = try GitHubWebhook.signature(message)
        body = message.body
        payload = try GitHubWebhook.selection.read(try GitHubWebhook.json(message))
        claim = WebhookClaim(
            event: try GitHubWebhook.word(message, "X-GitHub-Event", limit: 100),
            hook: message.header("X-GitHub-Hook-ID") == nil
                ? "" : try GitHubWebhook.word(message, "X-GitHub-Hook-ID", limit: 100),
            delivery: try GitHubWebhook.word(message, "X-GitHub-Delivery", limit: 200),
            repository: try GitHubWebhook.text(payload, .repository))
    }

    /// - Parameter key: made from the secret of the repository that the claim names.
    /// - Throws: `DeploydError` `unauthenticated`.
    public func verify(_ key: HMACSHA256) throws(DeploydError) {
        guard key.isValid(signature, for: body) else {
            throw DeploydError(
                .unauthenticated, "the signature is not that of this body: is the hook's secret the repository's?")
        }
    }

    /// What happened, in the form of all providers.
    /// - Throws: `DeploydError` `invalid`, naming the member that is wrong.
    public func repositoryEvent() throws(DeploydError) -> RepositoryEvent {
        switch claim.event {
        case "ping": .ping
        case "push": try push()
        default: .ignored("'\(claim.event)' events are not acted on")
        }
    }
}

extension GitHubWebhook {
    /// The members that are read, each at its place in `selection`.
    private enum Member: Int, CaseIterable {
        case repository, reference, before, after, deleted, pusher, sender

        var path: String {
            switch self {
            case .repository: "repository.full_name"
            case .reference: "ref"
            case .before: "before"
            case .after: "after"
            case .deleted: "deleted"
            case .pusher: "pusher.name"
            case .sender: "sender.login"
            }
        }
    }

    private static let selection = JSONSelection(Member.allCases.map(\.path))
    /// Longer names are nobody's: GitHub's have at most 39 + 1 + 100 characters.
    private static let longestName = 300

    private static func signature(_ message: WebhookMessage) throws(DeploydError) -> [UInt8] {
        guard let header = message.header("X-Hub-Signature-256") else {
            throw DeploydError(
                .unauthenticated,
                message.header("X-Hub-Signature") == nil
                    ? "the delivery is not signed: give the hook the repository's secret"
                    : "the delivery is signed with SHA-1 only; X-Hub-Signature-256 is needed")
        }
        guard header.hasPrefix("sha256="), let bytes = Hex.decode(String(header.dropFirst(7))),
            bytes.count == Digest.count
        else {
            throw DeploydError(.unauthenticated, "X-Hub-Signature-256 must be 'sha256=' and 64 hexadecimal digits")
        }
        return bytes
    }

    /// The payload's JSON: the body, or the field `payload` of a form. The signature is over the raw form.
    private static func json(_ message: WebhookMessage) throws(DeploydError) -> [UInt8] {
        let type = message.header("Content-Type")?.lowercased() ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else { return message.body }
        guard let payload = FormBody.value(of: "payload", in: message.body) else {
            throw DeploydError(.invalid, "the form has no field 'payload'")
        }
        return payload
    }

    private static func word(_ message: WebhookMessage, _ name: String, limit: Int) throws(DeploydError) -> String {
        guard let value = message.header(name), !value.isEmpty else {
            throw DeploydError(.invalid, "the header \(name) is missing")
        }
        guard value.utf8.count <= limit, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw DeploydError(.invalid, "the header \(name) must be at most \(limit) visible ASCII characters")
        }
        return value
    }

    private static func text(_ payload: [JSONValue?], _ member: Member) throws(DeploydError) -> String {
        guard let text = payload[member.rawValue]?.string, (1...longestName).contains(text.utf8.count) else {
            throw DeploydError(
                .invalid, "the payload's '\(member.path)' must be a string of 1 to \(longestName) bytes")
        }
        return text
    }
}

extension GitHubWebhook {
    private func push() throws(DeploydError) -> RepositoryEvent {
        guard let name = payload[Member.reference.rawValue]?.string, let reference = GitReference(name) else {
            throw DeploydError(.invalid, "the payload's 'ref' must be a full ref name, such as refs/heads/main")
        }
        guard reference.kind != .other else {
            return .ignored("\(reference.fullName) is neither a branch nor a tag")
        }
        let after = try commit(.after)
        if payload[Member.deleted.rawValue]?.bool == true, after != nil {
            throw DeploydError(.invalid, "the payload says that the ref was deleted, yet 'after' names a commit")
        }
        return .push(
            RepositoryEvent.Push(
                reference: reference.fullName,
                before: payload[Member.before.rawValue] == nil ? nil : try commit(.before),
                after: after, actor: try pusher()))
    }

    /// nil for the zero commit, which stands for none.
    private func commit(_ member: Member) throws(DeploydError) -> String? {
        guard let text = payload[member.rawValue]?.string, GitObjectID.isValid(text) else {
            throw DeploydError(
                .invalid, "the payload's '\(member.path)' must be a commit of 40 or 64 lower-case hexadecimal digits")
        }
        return GitObjectID.isZero(text) ? nil : text
    }

    /// The sender is an account that GitHub knows; a deploy key has none, and a pusher's name is only what git said.
    private func pusher() throws(DeploydError) -> String {
        for member in [Member.sender, .pusher] where payload[member.rawValue]?.string != nil {
            return try GitHubWebhook.text(payload, member)
        }
        return "github"
    }
}
