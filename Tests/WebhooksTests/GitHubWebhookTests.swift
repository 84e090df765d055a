import Core
import Crypto
import Model
import Testing

@testable import Webhooks

struct GitHubWebhookTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let event: String
        let repository: String
        let content: RepositoryEvent
        var testDescription: String { event }
    }

    static let examples = [
        Example(event: "ping", repository: "Octocoders/Hello-World", content: .ping),
        Example(
            event: "push", repository: "Codertocat/Hello-World",
            content: .push(
                .init(
                    reference: "refs/tags/simple-tag", before: "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
                    after: nil, actor: "Codertocat"))),
        Example(
            event: "create", repository: "Codertocat/Hello-World", content: .ignored("'create' events are not acted on")
        ),
        Example(
            event: "release", repository: "Codertocat/Hello-World",
            content: .ignored("'release' events are not acted on")),
    ]

    @Test("GitHub's published examples, as JSON and as a form", arguments: examples)
    func published(_ example: Example) throws {
        let body = try Fixture.github(example.event)
        for form in [false, true] {
            let raw = form ? Fixture.form(body) : body
            let hook = try GitHubWebhook(Fixture.message(raw, event: example.event, isForm: form))
            try hook.verify(HMACSHA256(key: Fixture.secret))
            #expect(
                hook.claim
                    == WebhookClaim(
                        event: example.event, hook: "42", delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
                        repository: example.repository))
            #expect(try hook.repositoryEvent() == example.content)
        }
    }

    /// https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    @Test("The published test vector of the signature")
    func vector() throws {
        let code = HMACSHA256(key: "It's a Secret to Everybody").code(for: "Hello, World!")
        #expect(code.hex == "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
    }

    static let zero = String(repeating: "0", count: 40)
    static let commit = String(repeating: "ab", count: 20)
    static let longCommit = String(repeating: "cd", count: 32)

    static let pushes: [(String, Result<RepositoryEvent, Refusal>)] = [
        (
            #"{"ref":"refs/heads/main","before":"\#(zero)","after":"\#(commit)","sender":{"login":"ada"},"#,
            .success(.push(.init(reference: "refs/heads/main", before: nil, after: commit, actor: "ada")))
        ),
        (
            #"{"ref":"refs/heads/a/b","before":"\#(commit)","after":"\#(longCommit)","pusher":{"name":"deploy key"},"#,
            .success(.push(.init(reference: "refs/heads/a/b", before: commit, after: longCommit, actor: "deploy key")))
        ),
        (
            #"{"ref":"refs/heads/main","after":"\#(commit)","#,
            .success(.push(.init(reference: "refs/heads/main", before: nil, after: commit, actor: "github")))
        ),
        (
            #"{"ref":"refs/notes/commits","after":"\#(commit)","#,
            .success(.ignored("refs/notes/commits is neither a branch nor a tag"))
        ),
        (#"{"ref":"main","after":"\#(commit)","#, .failure("'ref' must be a full ref name")),
        (#"{"ref":"refs/heads/-x","after":"\#(commit)","#, .failure("'ref' must be a full ref name")),
        (#"{"ref":7,"after":"\#(commit)","#, .failure("'ref' must be a full ref name")),
        (#"{"ref":"refs/heads/main","#, .failure("'after' must be a commit")),
        (#"{"ref":"refs/heads/main","after":"HEAD","#, .failure("'after' must be a commit")),
        (#"{"ref":"refs/heads/main","after":"\#(commit)","before":"--upload-pack=x","#, .failure("'before' must be")),
        (#"{"ref":"refs/heads/main","after":"\#(commit)","deleted":true,"#, .failure("yet 'after' names a commit")),
    ]

    @Test("What a push says", arguments: pushes)
    func push(start: String, expected: Result<RepositoryEvent, Refusal>) throws {
        let body = Array((start + #""repository":{"full_name":"acme/hello"}}"#).utf8)
        let hook = try GitHubWebhook(Fixture.message(body, event: "push"))
        #expect(Refusal.outcome(.invalid) { try hook.repositoryEvent() } == expected)
    }

    @Test("A body that is changed, or signed with another secret, is not verified")
    func wrongSignature() throws {
        let body = try Fixture.github("push")
        let hook = try GitHubWebhook(Fixture.message(body, event: "push", secret: "another"))
        let outcome = Refusal.outcome(.unauthenticated) { try hook.verify(HMACSHA256(key: Fixture.secret)) }
        #expect(throws: Refusal.self) { try outcome.get() }
        let changed = try GitHubWebhook(Fixture.message(body + [0x20], event: "push", signing: body))
        #expect(throws: DeploydError.self) { try changed.verify(HMACSHA256(key: Fixture.secret)) }
    }

    static let refused: [(String, [(name: String, value: String)], DeploydError.Code, Refusal)] = {
        let event = (name: "X-GitHub-Event", value: "push")
        let delivery = (name: "X-GitHub-Delivery", value: "1")
        let signature = (name: "X-Hub-Signature-256", value: "sha256=" + String(repeating: "0", count: 64))
        let form = (name: "Content-Type", value: "application/x-www-form-urlencoded")
        let body = #"{"repository":{"full_name":"acme/hello"}}"#
        return [
            (body, [event, delivery], .unauthenticated, "is not signed"),
            (body, [event, delivery, ("X-Hub-Signature", "sha1=00")], .unauthenticated, "SHA-1 only"),
            (body, [event, delivery, ("X-Hub-Signature-256", "sha256=00")], .unauthenticated, "64 hexadecimal"),
            (body, [event, delivery, ("X-Hub-Signature-256", "sha1=00")], .unauthenticated, "64 hexadecimal"),
            (body, [delivery, signature], .invalid, "X-GitHub-Event is missing"),
            (body, [event, signature], .invalid, "X-GitHub-Delivery is missing"),
            (body, [event, ("X-GitHub-Delivery", "a\tb"), signature], .invalid, "visible ASCII"),
            ("", [event, delivery, signature], .invalid, "byte 0: expected an object"),
            ("[]", [event, delivery, signature], .invalid, "byte 0: expected an object"),
            ("{}", [event, delivery, signature], .invalid, "'repository.full_name' must be a string"),
            (#"{"repository":{"full_name":"a/b"},"#, [event, delivery, signature], .invalid, "a key in quotes"),
            (#"{"repository":{"full_name":["a/b"]}}"#, [event, delivery, signature], .invalid, "must be a string"),
            (
                #"{"repository":{"full_name":"a/b"},"repository":{"full_name":"a/c"}}"#, [event, delivery, signature],
                .invalid, "twice"
            ),
            (String(repeating: #"{"a":"#, count: 80), [event, delivery, signature], .invalid, "64 deep"),
            (body, [event, delivery, signature, form], .invalid, "no field 'payload'"),
            ("payload=%7", [event, delivery, signature, form], .invalid, "no field 'payload'"),
        ]
    }()

    @Test("What is refused before anything is looked up", arguments: refused)
    func refuse(body: String, headers: [(name: String, value: String)], code: DeploydError.Code, why: Refusal) {
        let outcome = Refusal.outcome(code) {
            try GitHubWebhook(WebhookMessage(body: Array(body.utf8), headers: headers)).claim
        }
        #expect(outcome == .failure(why))
    }
}
