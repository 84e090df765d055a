import Client
import Core
import Testing

@testable import API

struct ApplicationTests {
    private static let list = "/api/v1/applications"
    private static let version = "/api/v1/applications/ledger/environments/production/version"

    @Test("An application is made, given a version where others deploy, and deleted", arguments: Transport.allCases)
    func applications(over transport: Transport) async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        var found: [String] = []
        for (method, path, body) in [
            ("POST", Self.list, #"{"name":"ledger","environments":[{"name":"production","targets":[]}]}"#),
            ("POST", Self.list, #"{"name":"ledger"}"#), ("GET", Self.version, ""),
            ("PUT", Self.list + "/ledger", #"{"environments":["production"],"labels":{"team":"books"}}"#),
            ("PUT", Self.list + "/hello", #"{"description":"Mine"}"#),
            ("PUT", Self.list + "/hello", #"{"description":"Says hello"}"#),
            ("DELETE", Self.list + "/ledger", ""), ("DELETE", Self.list + "/none", ""),
            ("PUT", Self.list + "/empty", #"{"environmentSets":[]}"#), ("DELETE", Self.list + "/empty", ""),
            ("GET", Self.list + "/empty", ""),
        ] {
            let reply = try await harness.send(method, path, body: body, over: transport)
            found.append("\(reply.status) \(reply.header("Location") ?? "-")")
        }
        #expect(
            found == [
                "201 /api/v1/applications/ledger", "409 -", "200 -", "200 -", "409 -", "200 -", "409 -", "404 -",
                "201 /api/v1/applications/empty", "204 -", "404 -",
            ])
        let ledger = try await harness.client().application("ledger")
        #expect(ledger.environments.map(\.name) == ["production"] && ledger.labels == ["team": "books"])
        #expect(
            ledger.owner == nil && ledger.environmentSets == [] && ledger.targets.keys.sorted() == ["live", "registry"])
        await harness.stop()
    }

    @Test("An application is renamed, and the old name says so", arguments: Transport.allCases)
    func renaming(over transport: Transport) async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        var found: [String] = []
        for (method, path, body) in [
            ("POST", Self.list + "/hello/rename", #"{"name":"No name"}"#),
            ("POST", Self.list + "/hello/rename", #"{"name":"greeter"}"#),
            ("POST", Self.list + "/hello/rename", #"{"name":"greeter"}"#),
            ("GET", Self.list + "/hello", ""), ("GET", Self.list + "/hello/releases", ""),
            ("GET", Self.list + "/hello/events", ""), ("GET", Self.list + "/hello/targets/develop-a", ""),
            ("POST", Self.list + "/hello/targets/develop-a/stop", ""),
            ("GET", "/api/v1/instances?application=hello", ""),
            ("GET", "/api/v1/deployments?application=hello", ""), ("GET", "/api/v1/resources?application=hello", ""),
            ("PUT", Self.list + "/hello/environments/development/version", #"{"desired":"v1"}"#),
            ("GET", Self.list + "/hello/environments/development/secrets", ""),
        ] {
            let reply = try await harness.send(method, path, body: body, over: transport)
            found.append("\(reply.status) \(reply.json["name"]?.string ?? reply.json["detail"]?.string ?? "-")")
        }
        let refusal = "404 the application 'hello' was renamed to 'greeter'; use that name"
        #expect(
            found == ["400 the body has an error", "200 greeter", "200 greeter"] + Array(repeating: refusal, count: 10))
        let client = try harness.client()
        #expect(try await client.releases("greeter").items.count == 2)
        let events = try await client.events(.init(application: "hello")).items
        #expect(events.first?.type == "application.renamed")
        // Somebody may have the name now.
        let made = try await harness.send("POST", Self.list, body: #"{"name":"hello"}"#, over: transport)
        #expect(made.status == 201)
        #expect(try await client.releases("hello").items == [])
        await harness.stop()
    }

    /// Where only others deploy, any version may be wanted.
    @Test("A version is wanted where others deploy")
    func tracked() async throws {
        let harness = try await Harness()
        for (method, path, body) in [
            ("PUT", "/api/v1/environments/edge/targets/box", #"{"world":null}"#),
            ("PUT", Self.list + "/ledger", #"{"environments":["edge"]}"#),
            ("PUT", Self.list + "/ledger/environments/edge/version", #"{"desired":"7.1"}"#),
        ] {
            let reply = try await harness.send(method, path, body: body)
            #expect((200...201).contains(reply.status), "\(reply.text)")
        }
        let box = try await harness.client().instance("ledger", target: "box")
        #expect(box.version == .init(desired: "7.1", deployed: nil) && box.world == nil)
        await harness.stop()
    }

    static let wrong: [(String, [String])] = [
        ("5", [" must be an object"]),
        (#"{"name":"x"}"#, ["/name must be 'ledger', as in the path"]),
        (
            #"{"url":"ftp://x","labels":[],"environments":["A",{"targets":[]},{"name":"b","targets":[{"name":"t"}]}]}"#,
            [
                "/url 'ftp://x': use one that begins with https:// or http://",
                "/labels expected a mapping, found a list",
                "/environments/0 'A': use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'",
                "/environments/1/name missing: expected a name",
                "/environments/2/targets/0 an application made by the API adds no targets; make it in the environment: "
                    + "PUT /api/v1/environments/ENVIRONMENT/targets/TARGET",
            ]
        ),
        (
            #"{"environmentSets":["default","nne"]}"#,
            ["/environmentSets/1 there is no environment set 'nne'; there is default"]
        ),
        (
            #"{"environments":["production",{"name":"prodution"}]}"#,
            ["/environments/1 there is no environment 'prodution'; did you mean 'production'?"]
        ),
    ]

    @Test("A body is refused with every place that is wrong")
    func bodies() async throws {
        let harness = try await Harness()
        for (body, expected) in Self.wrong {
            let reply = try await harness.send("PUT", Self.list + "/ledger", body: body)
            let places = (reply.json["errors"]?.array ?? []).map {
                "\($0["pointer"]?.string ?? "") \($0["detail"]?.string ?? "")"
            }
            #expect(places == expected && reply.status == 400)
        }
        await harness.stop()
    }

    @Test("A change is guarded by the tag of what was looked at")
    func preconditions() async throws {
        let harness = try await Harness()
        let path = Self.list + "/ledger"
        let made = try await harness.send("PUT", path, headers: [("If-None-Match", "*")], body: "{}")
        var outcome = [made.status]
        for (name, value, method) in [
            ("If-None-Match", "*", "PUT"), ("If-Match", "\"x\"", "PUT"), ("If-Match", made.header("ETag") ?? "", "PUT"),
            ("If-Match", "\"x\"", "DELETE"),
        ] {
            outcome.append(
                try await harness.send(
                    method, path, headers: [(name, value)], body: method == "PUT" ? #"{"description":"x"}"# : ""
                ).status)
        }
        #expect(outcome == [201, 412, 412, 200, 412])
        await harness.stop()
    }
}
