import Client
import Core
import HTTPClient
import Testing

@testable import API

struct ChangeTests {
    private static let version = "/api/v1/applications/hello/environments/development/version"

    @Test("A version is set, guarded by its revision, rolled back and held", arguments: Transport.allCases)
    func versions(over transport: Transport) async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        let unset = try await harness.send("GET", ChangeTests.version, over: transport)
        #expect(unset.json["desired"] == .null && unset.header("ETag") == "\"0\"")
        var outcome: [String] = []
        for (match, desired) in [("\"0\"", "v1"), ("\"0\"", "v2"), ("x", "v2"), ("\"1\"", "v2"), ("*", "v3")] {
            let reply = try await harness.send(
                "PUT", ChangeTests.version, headers: [("If-Match", match)], body: #"{"desired":"\#(desired)"}"#,
                over: transport)
            outcome.append("\(reply.status) \(reply.header("ETag") ?? "-") \(reply.json["desired"]?.string ?? "-")")
        }
        #expect(outcome == [#"200 "1" v1"#, "412 - -", "412 - -", #"200 "2" v2"#, "404 - -"])
        let client = try harness.client()
        let rolled = try await client.rollback("hello", environment: "development")
        #expect(rolled.desired == "v1" && rolled.hold?.reason == "rolled back to v1")
        #expect(try await client.application("hello").holds.keys.sorted() == ["development"])
        try await client.releaseHold("hello", environment: "development")
        #expect(try await client.version("hello", environment: "development").hold == nil)
        let deployments = try await client.deployments(application: "hello")
        #expect(Set(deployments.items.map(\.version)) == ["v1", "v2"])
        #expect(try await client.events(limit: 1).items.first?.actor == "tester")
        await harness.stop()
    }

    static let bodies: [(String, [String])] = [
        ("", ["/desired is missing"]),
        ("{", [" not JSON: byte 1: expected a key in quotes"]),
        ("[]", [" must be an object"]),
        (#"{"desird":"v1"}"#, ["/desird unknown member; did you mean 'desired'?", "/desired is missing"]),
        (#"{"desired":7,"x/y":1}"#, ["/x~1y unknown member", "/desired must be a string"]),
        (#"{"desired":null}"#, ["/desired must be a string"]),
    ]

    @Test("A body is refused with every place that is wrong")
    func body() async throws {
        let harness = try await Harness()
        var problems: [[String]] = []
        for (body, _) in ChangeTests.bodies {
            let reply = try await harness.send("PUT", ChangeTests.version, body: body)
            problems.append(
                (reply.json["errors"]?.array ?? []).map {
                    "\($0["pointer"]?.string ?? "?") \($0["detail"]?.string ?? "?")"
                })
            #expect(reply.status == 400)
        }
        #expect(problems == ChangeTests.bodies.map(\.1))
        await harness.stop()
    }

    @Test("Code repositories are added, listed without secrets, and removed")
    func repositories() async throws {
        let harness = try await Harness()
        let client = try harness.client()
        let draft = Wire.RepositoryDraft(
            name: "acme/hello", url: "https://example.com/acme/hello.git", provider: "github", secret: "hidden",
            credentials: .init(username: "me", password: "hidden"))
        let added = try await client.addRepository(draft)
        #expect(added.defaultBranch == "main" && added.name == "acme/hello")
        #expect(try await client.repositories().items == [added])
        await #expect(throws: DeploydError.self) { try await client.addRepository(draft) }
        var wrong = draft
        wrong.name = "../x"
        wrong.url = "ext::sh -c x"
        wrong.provider = "githup"
        wrong.defaultBranch = "-x"
        let reply = try await harness.send(
            "POST", "/api/v1/repositories", body: String(decoding: try WireJSON.bytes(wrong), as: UTF8.self))
        #expect(
            reply.json["errors"]?.array?.compactMap { $0["pointer"]?.string }
                == ["/provider", "/name", "/url", "/defaultBranch"])
        wrong = draft
        wrong.provider = "gitlab"
        let unbuilt = try await harness.send(
            "POST", "/api/v1/repositories", body: String(decoding: try WireJSON.bytes(wrong), as: UTF8.self))
        #expect(unbuilt.status == 400)
        try await client.removeRepository(added.id)
        #expect(try await client.repositories().items == [])
        await harness.stop()
    }

    @Test("A POST with an Idempotency-Key happens once")
    func idempotency() async throws {
        let harness = try await Harness()
        let body = #"{"name":"acme/hello","url":"https://example.com/x.git","provider":"github","secret":"s"}"#
        var replies: [Reply] = []
        for (key, body) in [("a", body), ("a", body), ("b", body), ("a", "{}")] {
            replies.append(
                try await harness.send("POST", "/api/v1/repositories", headers: [("Idempotency-Key", key)], body: body))
        }
        #expect(replies.map(\.status) == [201, 201, 409, 400])
        #expect(replies[0].body == replies[1].body && replies[0].header("Location") != nil)
        await harness.stop()
    }

    @Test("A server that is not there is said so")
    func unreachable() async throws {
        let client = try APIClient(server: "http://127.0.0.1:9", token: nil)
        let error = await #expect(throws: DeploydError.self) { try await client.worlds() }
        #expect(error?.message.contains("is the server running? start it with `deployd serve`") == true)
    }
}
