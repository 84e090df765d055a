import Core
import Testing

@testable import API
@testable import Client

struct ListTests {
    @Test("Parts follow one another without gap or repeat", arguments: Transport.allCases)
    func pages(over transport: Transport) async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        try await harness.addDeployments(7)
        var path: String? = "/api/v1/deployments?limit=3"
        var parts: [[String]] = []
        while let current = path {
            let reply = try await harness.send("GET", current, over: transport)
            parts.append((reply.json["items"]?.array ?? []).compactMap { $0["id"]?.string })
            path = reply.json["next"]?.string.map { "/api/v1/deployments?limit=3&after=\(APICall.encode($0))" }
        }
        #expect(parts == [["d107", "d106", "d105"], ["d104", "d103", "d102"], ["d101"]])
        await harness.stop()
    }

    static let queries: [(String, Int, String)] = [
        ("/api/v1/deployments?limit=0", 400, "'limit' must be 1 to 500"),
        ("/api/v1/deployments?limit=501", 400, "'limit' must be 1 to 500"),
        ("/api/v1/deployments?limit=x", 400, "'limit' must be 1 to 500"),
        ("/api/v1/deployments?limit=500", 200, ""),
        ("/api/v1/deployments?status=broken", 400, "'status' must be one of pending, running"),
        ("/api/v1/deployments?aplication=hello", 400, "did you mean 'application'?"),
        ("/api/v1/events?since=yesterday", 400, "'since' must be a time of RFC 3339"),
        ("/api/v1/events?type=version.desired&since=2020-01-01T00:00:00Z", 200, ""),
        ("/api/v1/worlds/develp", 404, "did you mean 'develop'?"),
        ("/api/v1/applications/none", 404, "no application 'none'"),
        ("/api/v1/applications/none/releases", 404, "no application 'none'"),
        ("/api/v1/applications/hello/targets/none", 404, "hello has no target 'none'"),
        ("/api/v1/deliveries/none", 404, "no delivery 'none'"),
        ("/api/v1/plans", 405, "see the Allow header"),
        ("/api/v1/promotions", 501, "GET /api/v1/promotions is not built yet"),
    ]

    @Test("What a query is answered")
    func statuses() async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        var wrong: [String] = []
        for (path, status, part) in ListTests.queries {
            let reply = try await harness.send("GET", path)
            let detail = reply.json["detail"]?.string ?? ""
            if reply.status != status || !(part.isEmpty || detail.contains(part)) {
                wrong.append("\(path): \(reply.status) \(detail)")
            }
        }
        #expect(wrong == [])
        await harness.stop()
    }

    @Test("The client reads what the server writes")
    func client() async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        try await harness.addDeployments(2)
        try await harness.addEvents(3)
        let client = try harness.client()
        let application = try await client.application("hello")
        #expect(
            application.targets["develop-a"]
                == Wire.Instance(
                    application: "hello", target: "develop-a", environment: "development", world: "develop",
                    labels: ["region": "eu"], version: .init(desired: nil, deployed: nil), health: .unknown,
                    since: Harness.start,
                    entrypoints: ["web": .init(url: "http://127.0.0.1:3042")], detached: false, failedDeployment: nil))
        #expect(try await client.applications(limit: 1).items == [application])
        let resource = try await client.resources(world: "develop").items.first
        #expect(resource?.outputs == ["host": .plain("db.example.com"), "url": .secret])
        #expect(try await client.events(EventQuery(application: "odd")).items.map(\.after) == ["v3", "v1"])
        #expect(try await client.deployments(status: .failed).items.map(\.id) == ["d102"])
        let slug = try await client.slugs(world: "develop").items.first
        #expect(slug?.reason == "the world 'develop' lacks the capability 'aws'" && slug?.available == false)
        #expect(
            try await client.environment("production").targets
                == [
                    .init(name: "live", world: "production", labels: ["kind": "live"]),
                    .init(name: "registry", world: nil, labels: ["kind": "registry"]),
                ])
        let world = try await client.world("develop")
        #expect(world.capabilities["local"]?.health == .notBuiltYet && world.parameters == ["region": "eu"])
        await harness.stop()
    }

    @Test("An object is not sent again to who has it")
    func entityTags() async throws {
        let harness = try await Harness()
        let first = try await harness.send("GET", "/api/v1/environment-sets/default")
        let tag = first.header("ETag") ?? ""
        let statuses = [
            try await harness.send("GET", "/api/v1/environment-sets/default", headers: [("If-None-Match", tag)]).status,
            try await harness.send("GET", "/api/v1/environment-sets/default", headers: [("If-None-Match", "\"x\"")])
                .status,
        ]
        #expect(statuses == [304, 200] && first.json["environments"] == ["development", "production"])
        await harness.stop()
    }
}
