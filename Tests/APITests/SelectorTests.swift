import Core
import Model
import Store
import Testing

@testable import API
@testable import Client

struct SelectorTests {
    /// Five applications, of which every second is of the team `shop`, each on both targets.
    private func harness() async throws -> Harness {
        let harness = try await Harness()
        try await harness.storage.write { transaction in
            for number in 1...5 {
                let name = "app-\(number)"
                try transaction.insert(
                    Application(
                        name: name, labels: ["team": number.isMultiple(of: 2) ? "pay" : "shop", "tier": "mine"],
                        settings: .init(environmentSets: ["default"], environments: []), createdAt: Harness.start))
                for (target, environment, world) in [
                    ("develop-a", "development", "develop"), ("live", "production", "production"),
                ] {
                    let id = InstanceID(application: name, target: target)
                    try transaction.insert(
                        Instance(
                            id: id, environment: environment, world: world, since: Harness.start,
                            createdAt: Harness.start))
                    try transaction.insert(
                        Deployment(
                            id: "\(name)-\(target)", instance: id, environment: environment, world: world, version: "v",
                            status: .succeeded, actor: "tester", cause: nil, createdAt: Harness.start))
                    try transaction.insert(
                        Resource(
                            id: "r-\(name)-\(target)", instance: id, name: "users", world: world, slug: "database",
                            repository: "acme", status: .ready, parameters: [:], outputs: [:], state: nil,
                            createdAt: Harness.start, changedAt: Harness.start))
                }
            }
        }
        try await harness.storage.write { transaction in
            for world in ["develop", "production"] {
                try transaction.insert(
                    Resource(
                        id: "shared-\(world)", instance: nil, name: "smtp", world: world, slug: "database",
                        repository: "acme", status: .ready, createdAt: Harness.start, changedAt: Harness.start))
            }
        }
        return harness
    }

    private static let lists: [(String, String, String, String)] = [
        ("applications", "team=shop", "name", "app-1 app-3 | app-5"),
        ("applications", "team notin (shop)", "name", "app-2 app-4"),
        ("applications", "team", "name", "app-1 app-2 | app-3 app-4 | app-5"),
        ("applications", "!team", "name", ""),
        ("instances", "team=pay,tier=prod", "target", "live live"),
        ("instances", "team=pay,tier=mine", "target", "develop-a develop-a"),
        ("instances", "region=eu,team=shop", "application", "app-1 app-3 | app-5"),
        ("deployments", "team=pay", "id", "app-4-live app-4-develop-a | app-2-live app-2-develop-a"),
        ("deployments", "team=pay,tier=prod", "id", "app-4-live app-2-live"),
        ("deployments", "team=none", "id", ""),
        ("resources", "tier=prod,team in (shop)", "id", "r-app-5-live r-app-3-live | r-app-1-live"),
        ("resources", "region=eu,!team", "id", "shared-develop"),
        ("worlds", "region=eu", "name", "develop"),
        ("worlds", "", "name", "develop production"),
        ("environments", "tier!=prod", "name", "development"),
        ("environment-sets", "kind=web", "name", "default"),
        ("environment-sets", "!kind", "name", ""),
        ("environments/production/targets", "kind=registry", "name", "registry"),
        ("environments/production/targets", "tier=prod", "name", "live registry"),
        ("environments/development/targets", "region=eu", "name", "develop-a"),
    ]

    @Test("Lists are narrowed by labels, page by page")
    func lists() async throws {
        let harness = try await harness()
        var wrong: [String] = []
        for (list, selector, name, expected) in SelectorTests.lists {
            let base = "/api/v1/\(list)?limit=2&selector=\(APICall.encode(selector))"
            var path: String? = base
            var parts: [String] = []
            while let current = path {
                let reply = try await harness.send("GET", current)
                parts.append((reply.json["items"]?.array ?? []).compactMap { $0[name]?.string }.joined(separator: " "))
                path = reply.json["next"]?.string.map { "\(base)&after=\(APICall.encode($0))" }
            }
            if parts.joined(separator: " | ") != expected { wrong.append("\(list) \(selector): \(parts)") }
        }
        #expect(wrong == [])
        let bad = try await harness.send("GET", "/api/v1/applications?selector=team%20shop")
        #expect(
            bad.json["detail"]?.string
                == "the selector, at character 6: expected =, ==, !=, in, notin or ',' after 'team', found 's'")
        #expect(bad.status == 400)
        await harness.stop()
    }

    @Test("An instance shows its application's labels and its place's")
    func shown() async throws {
        let harness = try await harness()
        let client = try harness.client()
        let labels = ["team": "shop", "tier": "prod", "kind": "live"]
        #expect(try await client.instance("app-1", target: "live").labels == labels)
        #expect(try await client.application("app-1").targets["live"]?.labels == labels)
        #expect(try await client.instances(.init(application: "app-1", target: "live")).items.map(\.labels) == [labels])
        #expect(try await client.stop("app-1", target: "live").labels == labels)
        await harness.stop()
    }
}
