import Core
import HTTPServer
import Testing

@testable import API

struct AccessTests {
    @Test("Everything under /api/v1 needs a known token", arguments: Transport.allCases)
    func token(over transport: Transport) async throws {
        let harness = try await Harness()
        var statuses: [String: [Int]] = [:]
        for path in ["/api/v1/worlds", "/api/v1/freezes", "/api/v1/nothing", "/api/v1/worlds/x/y/z", "/healthz"] {
            for token in [nil, "wrong", "", Harness.token] {
                statuses[path, default: []].append(
                    try await harness.send("GET", path, token: token, over: transport).status)
            }
        }
        #expect(
            statuses == [
                "/api/v1/worlds": [401, 401, 401, 200], "/api/v1/freezes": [401, 401, 401, 501],
                "/api/v1/nothing": [401, 401, 401, 404], "/api/v1/worlds/x/y/z": [401, 401, 401, 404],
                "/healthz": [200, 200, 200, 200],
            ])
        let refused = try await harness.send("GET", "/api/v1/worlds", token: "wrong", over: transport)
        #expect(refused.header("WWW-Authenticate") == #"Bearer error="invalid_token""#)
        #expect(refused.json["status"] == 401 && refused.header("Content-Type") == "application/problem+json")
        await harness.stop()
    }

    @Test("A body is not read from somebody without a token")
    func bodyUnread() async throws {
        let harness = try await Harness()
        let reply = try await harness.send(
            "POST", "/hooks/filesystem", headers: [("Content-Type", "application/x-tar")], body: "x", token: nil,
            over: .socket)
        #expect(reply.status == 401)
        await harness.stop()
    }

    @Test("Secrets are in no answer")
    func secrets() async throws {
        let harness = try await Harness()
        try await harness.addRepository()
        try await harness.addApplication()
        try await harness.addDeployments(3)
        var shown = ""
        for operation in harness.operations where operation.method == .get {
            var path = operation.path
            let values = [
                "application": "hello", "target": "develop-a", "environment": "development", "world": "develop",
                "deployment": "d101", "resource": "res1", "set": "default",
                "repository": path.contains("resource-repositories") ? "acme" : "r1",
            ]
            for (name, value) in values { path = path.replacing("{\(name)}", with: value) }
            guard !path.hasSuffix("/stream"), !path.hasSuffix("/log") else { continue }
            shown += try await harness.send("GET", path).text
        }
        let hidden = ["hidden-", Harness.secret, Harness.token].filter { shown.contains($0) }
        #expect(hidden == [] && shown.contains("db.example.com") && shown.contains(#""url":{"secret":true}"#))
        await harness.stop()
    }
}
