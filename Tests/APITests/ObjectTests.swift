import Client
import Core
import Engine
import Formats
import HTTPServer
import Model
import Testing

@testable import API

struct ObjectTests {
    private static let environments = "/api/v1/environments"

    /// `METHOD PATH BODY` and what it is answered.
    private func statuses(_ harness: Harness, _ requests: [(String, String, String)]) async throws -> [String] {
        var found: [String] = []
        for (method, path, body) in requests {
            let reply = try await harness.send(method, path, body: body)
            found.append("\(reply.status) \(reply.header("Location") ?? "-")")
        }
        return found
    }

    @Test("What world files declare is made, changed and removed", arguments: Transport.allCases)
    func objects(over transport: Transport) async throws {
        let harness = try await Harness()
        let created = try await harness.send(
            "POST", Self.environments, body: #"{"name":"qa","targets":[{"name":"q","world":"develop"}]}"#,
            over: transport)
        #expect(created.header("Location") == "/api/v1/environments/qa" && created.status == 201)
        let read = try await harness.send("GET", Self.environments + "/qa", over: transport)
        #expect(read.body == created.body && read.header("ETag") == created.header("ETag"))
        let origin: JSONValue = ["kind": "api", "file": nil, "line": nil]
        #expect(
            read.json == [
                "name": "qa", "description": "", "labels": [:], "origin": origin, "applications": ["*"],
                "repositories": ["*"], "versions": "any",
                "targets": [["name": "q", "world": "develop", "labels": [:], "origin": origin]],
            ])
        #expect(
            try await statuses(
                harness,
                [
                    ("POST", Self.environments, #"{"name":"qa"}"#),
                    ("PUT", Self.environments + "/qa", #"{"description":"x"}"#),
                    ("PUT", Self.environments + "/qb/targets/t", #"{"world":null}"#),
                    ("POST", Self.environments + "/qb/targets", #"{"name":"u"}"#),
                    ("PUT", "/api/v1/environment-sets/web", #"{"environments":["qa","qb"]}"#),
                    ("PUT", "/api/v1/worlds/lab", #"{"targets":[{"environment":"qb"}]}"#),
                    ("DELETE", Self.environments + "/qb/targets/lab", ""), ("DELETE", "/api/v1/worlds/lab", ""),
                    ("DELETE", Self.environments + "/qa/targets/t", ""), ("DELETE", Self.environments + "/qb", ""),
                    ("DELETE", "/api/v1/environment-sets/web", ""), ("DELETE", "/api/v1/environment-sets/web", ""),
                    ("DELETE", Self.environments + "/qa", ""), ("GET", Self.environments + "/qa", ""),
                ]) == [
                    "409 -", "200 -", "201 /api/v1/environments/qb/targets/t", "201 /api/v1/environments/qb/targets/u",
                    "201 /api/v1/environment-sets/web", "201 /api/v1/worlds/lab", "409 -", "204 -", "404 -", "204 -",
                    "204 -", "404 -", "204 -", "404 -",
                ])
        await harness.stop()
    }

    @Test("A change is guarded by the tag of what was looked at")
    func preconditions() async throws {
        let harness = try await Harness()
        var outcome: [Int] = []
        var tag = "\"none\""
        for (name, value, description) in [
            ("If-Match", "*", "a"), ("If-None-Match", "*", "b"), ("If-None-Match", "*", "c"), ("If-Match", "TAG", "d"),
            ("If-Match", "OLD", "e"),
        ] {
            let old = tag
            let reply = try await harness.send(
                "PUT", Self.environments + "/qa",
                headers: [(name, value == "TAG" ? tag : value == "OLD" ? "\"x\"" : value)],
                body: #"{"description":"\#(description)"}"#)
            outcome.append(reply.status)
            tag = reply.header("ETag") ?? old
        }
        let stale = try await harness.send("DELETE", Self.environments + "/qa", headers: [("If-Match", "\"x\"")])
        let good = try await harness.send("DELETE", Self.environments + "/qa", headers: [("If-Match", tag)])
        #expect(outcome + [stale.status, good.status] == [412, 201, 412, 200, 412, 412, 204])
        await harness.stop()
    }

    @Test("A body is refused with every place that is wrong")
    func bodies() async throws {
        let harness = try await Harness()
        let reply = try await harness.send(
            "PUT", Self.environments + "/qa", body: #"{"x":1,"targets":[{"name":"q","world":"devlop"},{}]}"#)
        let world = try await harness.send(
            "PUT", Self.environments + "/qa", body: #"{"targets":[{"name":"q","world":"devlop"}]}"#)
        let places = [reply, world].flatMap { $0.json["errors"]?.array ?? [] }
        #expect(
            places.map { "\($0["pointer"]?.string ?? "") \($0["detail"]?.string ?? "")" } == [
                "/x unknown key; known here: environment, description, labels, targets, applications, "
                    + "repositories, versions",
                "/targets/1/name missing: expected a name",
                "/targets/0/world there is no world 'devlop'; did you mean 'develop'?",
            ])
        await harness.stop()
    }

    @Test("A reload that failed is told where the worlds are, and to whom it concerns")
    func reload() async throws {
        let harness = try await Harness()
        #expect(try await harness.send("GET", "/api/v1/worlds").json["reload"] == JSONValue.null)
        let topology = TopologyService(
            context: harness.services.context, reconcilers: Reconcilers(context: harness.services.context))
        topology.refuse([
            TopologyProblem("prots: unknown key", file: "worlds/a.yaml", at: .init(line: 7, column: 3)),
            TopologyProblem("the target 't' hangs in the air"),
        ])
        let failed = try await harness.client().worlds().reload
        #expect(
            failed?.errors == [
                .init(file: "worlds/a.yaml", line: 7, column: 3, message: "prots: unknown key"),
                .init(file: nil, line: nil, column: nil, message: "the target 't' hangs in the air"),
            ])
        let readiness = try await harness.send("GET", "/readyz", token: nil)
        #expect(readiness.status == 200 && readiness.text.hasPrefix("degraded: "))
        #expect(readiness.text.contains("worlds/a.yaml:7:3\n") && !readiness.text.contains("prots"))
        try await topology.adopt(Harness.snapshot)
        #expect(try await harness.client().worlds().reload?.status == .succeeded)
        #expect(try await harness.send("GET", "/readyz", token: nil).text == "ready\n")
        await harness.stop()
    }
}
