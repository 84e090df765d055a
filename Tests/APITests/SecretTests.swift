import Client
import Core
import Testing

@testable import API

struct SecretTests {
    private static let path = "/api/v1/applications/hello/environments/development/secrets"

    @Test("Secrets are set, listed without values, and removed")
    func secrets() async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        let body = #"{"value":"hunter2-value"}"#
        var replies: [Reply] = []
        for (method, name, body) in [
            ("PUT", "/KEY", body), ("PUT", "/KEY", #"{"value":"hunter2-other"}"#), ("PUT", "/ABC", body),
            ("GET", "", ""),
            ("GET", "/KEY", ""), ("DELETE", "/KEY", ""), ("GET", "/KEY", ""), ("DELETE", "/KEY", ""),
        ] {
            replies.append(try await harness.send(method, Self.path + name, body: body))
        }
        #expect(replies.map(\.status) == [201, 204, 201, 200, 200, 204, 404, 404])
        #expect(replies[3].json["items"]?.array?.map { $0["name"] } == ["ABC", "KEY"])
        #expect(replies[4].json.object?.keys.sorted() == ["actor", "name", "since", "used"])
        #expect(replies[4].json["actor"] == "tester")
        #expect(
            replies[6].json["detail"] == "the secret KEY of hello in development is not set; see `deployd secret list`")
        let events = try await harness.send("GET", "/api/v1/events?application=hello")
        #expect(
            events.json["items"]?.array?.compactMap { $0["type"]?.string }.reversed()
                == ["secret.set", "secret.set", "secret.set", "secret.removed"])
        let said = (replies + [events]).map(\.text).joined() + harness.lines.all.joined()
        #expect(!said.contains("hunter2"))
        await harness.stop()
    }

    @Test("What cannot be a secret is refused, and never repeated")
    func refused() async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        let long = String(repeating: "h", count: 65_537)
        let wide = String(repeating: "é", count: 40_000)
        var replies: [Reply] = []
        for (name, body) in [
            ("KEY", #"{"value":"\#(long)"}"#), ("KEY", #"{"value":"\#(wide)"}"#), ("KEY", #"{"value":""}"#),
            ("KEY", #"{"value":"hh\u0000"}"#), ("KEY", #"{"value":7}"#), ("KEY", "hunter2"), ("KEY", "{}"),
            ("PORT", #"{"value":"hunter2"}"#), ("a-b", #"{"value":"hunter2"}"#),
        ] {
            replies.append(try await harness.send("PUT", "\(Self.path)/\(name)", body: body))
        }
        #expect(replies.map(\.status) == Array(repeating: 400, count: 9))
        #expect(replies.allSatisfy { !$0.text.contains("hunter2") && !$0.text.contains("hhh") && $0.body.count < 2000 })
        #expect(try await harness.client().secrets(of: "hello", environment: "development").items == [])
        let most = String(repeating: "h", count: 65_536)
        #expect(
            try await harness.client().setSecret(
                "KEY", of: "hello", environment: "development", to: Core.Secret(most)))
        let unknown = try await harness.send(
            "PUT", "/api/v1/applications/helo/environments/development/secrets/KEY", body: #"{"value":"hunter2"}"#)
        #expect(unknown.status == 404 && unknown.json["detail"] == "no application 'helo'; did you mean 'hello'?")
        #expect(try await harness.send("GET", Self.path, token: nil).status == 401)
        await harness.stop()
    }
}
