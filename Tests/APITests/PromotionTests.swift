import Client
import Core
import Testing

@testable import API

struct PromotionTests {
    @Test("A version is promoted, rejected with who and why, and readmitted", arguments: Transport.allCases)
    func versions(over transport: Transport) async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        let application = "/api/v1/applications/hello"
        func outcome(_ method: String, _ path: String, _ body: String) async throws -> String {
            let reply = try await harness.send(method, application + path, body: body, over: transport)
            return "\(reply.status) \(reply.json["detail"]?.string ?? reply.json["desired"]?.string ?? "")"
        }
        let promote = "/environments/development/promote"
        #expect(
            try await outcome("POST", promote, "{}")
                == "409 no version of hello is deployed in development: develop-a has none; name one with --version")
        #expect(try await outcome("POST", promote, #"{"version":"v1"}"#) == "200 v1")
        #expect(try await outcome("POST", promote, #"{"to":7}"#) == "400 the body has an error")
        #expect(try await outcome("PUT", "/releases/v1/rejected", "{}") == "400 the body has an error")
        #expect(try await outcome("PUT", "/releases/v1/rejected", #"{"reason":"leaks"}"#) == "200 ")
        let refused =
            "409 version v1 of hello was rejected by tester: leaks (`deployd reject hello v1 --undo` takes that back)"
        #expect(try await outcome("PUT", "/environments/development/version", #"{"desired":"v1"}"#) == refused)
        let client = try harness.client()
        let rejection = try await client.reject("release/2", of: "hello", reason: "too early")
        let shown = try await client.application("hello").rejections
        #expect(shown.mapValues(\.reason) == ["v1": "leaks", "release/2": "too early"])
        #expect(shown["release/2"] == rejection && rejection.actor == "tester")
        let releases = try await client.releases("hello").items
        #expect(releases.map { "\($0.version) \($0.rejected?.reason ?? "")" } == ["v2 ", "v1 leaks"])
        try await client.readmit("release/2", of: "hello")
        #expect(try await outcome("DELETE", "/releases/v1/rejected", "") == "204 ")
        #expect(
            try await outcome("DELETE", "/releases/v1/rejected", "") == "404 version v1 of hello is not rejected")
        #expect(try await outcome("PUT", "/environments/development/version", #"{"desired":"v1"}"#) == "200 v1")
        await harness.stop()
    }
}
