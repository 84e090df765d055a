import Client
import Core
import Crypto
import Engine
import Model
import Store
import Testing

@testable import API

struct HookTests {
    static let commit = String(repeating: "ab", count: 20)
    static let push =
        #"{"ref":"refs/heads/main","after":"\#(commit)","repository":{"full_name":"acme/hello"},"#
        + #""sender":{"login":"ada"}}"#

    static func headers(
        _ body: String, event: String = "push", delivery: String = "1", secret: String = Harness.secret
    ) -> [(String, String)] {
        [
            ("Content-Type", "application/json"), ("X-GitHub-Event", event), ("X-GitHub-Delivery", delivery),
            ("X-GitHub-Hook-ID", "42"),
            ("X-Hub-Signature-256", "sha256=" + HMACSHA256(key: secret).code(for: body).hex),
        ]
    }

    @Test("A signed push is stored before it is answered; a repeat changes nothing", arguments: Transport.allCases)
    func accept(over transport: Transport) async throws {
        let harness = try await Harness()
        try await harness.addRepository()
        let headers = HookTests.headers(HookTests.push)
        let first = try await harness.send(
            "POST", "/hooks/github", headers: headers, body: HookTests.push, token: nil, over: transport)
        let id = first.json["delivery"]?.string ?? ""
        let stored = try await harness.storage.read { try $0.delivery(id: id) }
        #expect(
            stored?.content
                == .push(.init(reference: "refs/heads/main", before: nil, after: HookTests.commit, actor: "ada")))
        #expect(first.status == 202 && stored?.status == .accepted && stored?.repository == "acme/hello")
        let again = try await harness.send(
            "POST", "/hooks/github", headers: headers, body: HookTests.push, token: nil, over: transport)
        #expect(again.status == 202 && again.body == first.body)
        #expect(try await harness.client().deliveries().items.map(\.id) == [id])
        await harness.stop()
    }

    @Test("Repeats at the same time make one delivery")
    func concurrentRepeats() async throws {
        let harness = try await Harness()
        try await harness.addRepository()
        let headers = HookTests.headers(HookTests.push)
        let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await harness.send(
                        "POST", "/hooks/github", headers: headers, body: HookTests.push, token: nil, over: .socket)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(replies.map(\.text)).count == 1 && replies.allSatisfy { $0.status == 202 })
        #expect(try await harness.client().deliveries().items.count == 1)
        await harness.stop()
    }

    @Test("A repeat of one that failed is processed again")
    func repeatOfFailed() async throws {
        let harness = try await Harness()
        try await harness.addRepository()
        let headers = HookTests.headers(HookTests.push)
        let send = {
            try await harness.send("POST", "/hooks/github", headers: headers, body: HookTests.push, token: nil)
        }
        let id = try await send().json["delivery"]?.string ?? ""
        try await harness.storage.write { transaction in
            guard var delivery = try transaction.delivery(id: id) else { return }
            delivery.status = .failed
            delivery.reason = "no such branch"
            try transaction.update(delivery)
        }
        let again = try await send()
        let delivery = try await harness.client().delivery(id)
        #expect(again.json["delivery"]?.string == id && delivery.status == .accepted && delivery.reason == nil)
        await #expect(throws: DeploydError.self) { try await harness.client().redeliver(id) }
        await harness.stop()
    }

    @Test("Pings and events without consequence are stored as done")
    func others() async throws {
        let harness = try await Harness()
        try await harness.addRepository()
        let body = #"{"zen":"Keep it simple","repository":{"full_name":"acme/hello"}}"#
        var seen: [String] = []
        for event in ["ping", "star"] {
            let reply = try await harness.send(
                "POST", "/hooks/github", headers: HookTests.headers(body, event: event), body: body, token: nil)
            let id = reply.json["delivery"]?.string ?? ""
            let delivery = try await harness.client().delivery(id)
            seen.append("\(reply.status) \(delivery.event) \(delivery.status) \(delivery.reason ?? "-")")
        }
        // One body and one delivery id: GitHub's ids are unique per event only, so the second is a repeat of the first.
        #expect(seen == ["200 ping processed -", "202 ping processed -"])
        let star = HookTests.headers(body, event: "star", delivery: "2")
        let reply = try await harness.send("POST", "/hooks/github", headers: star, body: body, token: nil)
        let delivery = try await harness.client().delivery(reply.json["delivery"]?.string ?? "")
        #expect(delivery.status == .ignored && delivery.reason == "'star' events are not acted on")
        await harness.stop()
    }

    @Test("What is refused leaves nothing but a counter and a few lines", arguments: Transport.allCases)
    func refuse(over transport: Transport) async throws {
        let harness = try await Harness()
        try await harness.addRepository()
        let unknown = HookTests.push.replacing("acme/hello", with: "acme/other")
        let wrong = HookTests.headers(HookTests.push, secret: "wrong")
        var statuses: [Int] = []
        var details: Set<String> = []
        for (headers, body) in [(wrong, HookTests.push), (HookTests.headers(unknown), unknown)] {
            let reply = try await harness.send(
                "POST", "/hooks/github", headers: headers, body: body, token: nil, over: transport)
            statuses.append(reply.status)
            details.insert(reply.text)
        }
        let unsigned = HookTests.headers(HookTests.push).dropLast()
        let malformed = #"{"ref":"main","repository":{"full_name":"acme/hello"}}"#
        for (headers, body) in [
            (Array(unsigned), HookTests.push), (HookTests.headers("{"), "{"), (HookTests.headers(malformed), malformed),
        ] {
            statuses.append(
                try await harness.send(
                    "POST", "/hooks/github", headers: headers, body: body, token: nil, over: transport
                ).status)
        }
        #expect(statuses == [401, 401, 401, 400, 400] && details.count == 1)
        for _ in 0..<40 {
            _ = try await harness.send("POST", "/hooks/github", headers: wrong, body: HookTests.push, token: nil)
        }
        #expect(try await harness.client().deliveries().items == [])
        #expect(harness.lines.all.filter { $0.contains("webhook refused") }.count == 10)
        #expect(
            harness.metrics.text.contains(
                #"deployd_webhook_deliveries_total{outcome="unauthenticated",provider="github"} 43"#))
        await harness.stop()
    }

    @Test("A repository that is added or removed is known at once")
    func repositoryChanges() async throws {
        let harness = try await Harness()
        let client = try harness.client()
        var statuses: [Int] = []
        let send = { (number: Int) in
            try await harness.send(
                "POST", "/hooks/github", headers: HookTests.headers(HookTests.push, delivery: "\(number)"),
                body: HookTests.push, token: nil
            ).status
        }
        statuses.append(try await send(1))
        let added = try await client.addRepository(
            Wire.RepositoryDraft(
                name: "acme/hello", url: "https://example.com/x.git", provider: "github", secret: Harness.secret))
        statuses.append(try await send(2))
        try await client.removeRepository(added.id)
        statuses.append(try await send(3))
        #expect(statuses == [401, 202, 401])
        await harness.stop()
    }

    @Test("A large body is verified too; one that is too large is refused before it is read")
    func sizes() async throws {
        let harness = try await Harness()
        try await harness.addRepository()
        let padding = String(repeating: "x", count: 1 << 20)
        let body = HookTests.push.dropLast() + #","padding":"\#(padding)"}"#
        let reply = try await harness.send(
            "POST", "/hooks/github", headers: HookTests.headers(String(body)), body: String(body), token: nil,
            over: .socket)
        #expect(reply.status == 202)
        let answer = try RawConnection.ask(
            "POST /hooks/github HTTP/1.1\r\nHost: x\r\nContent-Length: 26214401\r\n\r\n", port: harness.port)
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        await harness.stop()
    }

    @Test("Past the bounds of those that wait, senders are told to come back")
    func tooMany() async throws {
        let harness = try await Harness(limits: DeliveryLimits(total: 3, perRepository: 2))
        try await harness.addRepository()
        var answers: [String] = []
        for number in 1...3 {
            let reply = try await harness.send(
                "POST", "/hooks/github", headers: HookTests.headers(HookTests.push, delivery: "\(number)"),
                body: HookTests.push, token: nil)
            answers.append("\(reply.status) \(reply.header("Retry-After") ?? "-")")
        }
        answers.append("\(try await harness.send("GET", "/readyz", token: nil).status)")
        try await harness.storage.write { transaction in
            try transaction.insert(
                Delivery(
                    id: "x", key: .init(provider: "github", hook: "1", delivery: "x", digest: "d"), event: "push",
                    repository: "acme/other", content: .ping, receivedAt: Harness.start))
        }
        answers.append("\(try await harness.send("GET", "/readyz", token: nil).status)")
        #expect(answers == ["202 -", "202 -", "429 10", "200", "503"])
        await harness.stop()
    }

    @Test("Providers to come are said to be so")
    func providers() async throws {
        let harness = try await Harness()
        var statuses: [Int] = []
        for provider in ["gitlab", "bitbucket", "gitea", "travis", "jira", "registry", "generic", "nobody"] {
            statuses.append(try await harness.send("POST", "/hooks/\(provider)", body: "{}", token: nil).status)
        }
        #expect(statuses == [501, 501, 501, 501, 501, 501, 501, 404])
        await harness.stop()
    }
}
