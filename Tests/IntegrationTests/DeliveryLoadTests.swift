import Client
import Core
import Glibc
import TestSupport
import Testing

/// Many deliveries in a short time, and the server killed twice meanwhile: what was acknowledged is there, and acted once.
///
/// `DEPLOYD_TEST_DELIVERIES` says how many; from 10,000 on they are spread over a minute.
@Suite(.serialized) struct DeliveryLoadTests {
    @Test func noneIsLostAndNoneActsTwice() async throws {
        let count = DeliveryLoadTests.number("DEPLOYD_TEST_DELIVERIES") ?? 2000
        let seed = DeliveryLoadTests.number("DEPLOYD_TEST_SEED") ?? Int.random(in: 1...999_999)
        try await withServer { server in
            var projects: [Project] = []
            var commits: [[String]] = []
            for number in 1...4 {
                let project = try await Project(server, repository: "acme/s\(number)", application: "s\(number)")
                let service = TestService(version: "\(number)", name: project.application)
                commits.append(try await project.repository.commits(max(5, min(count / 500, 50)), of: service))
                projects.append(project)
            }
            let sender = try DeliverySender(
                count: count, seconds: count < 10_000 ? 4 : 60, seed: seed, zip(projects, commits).map { $0 }, server)
            for part in 1...2 {
                try await server.expect("a part to be acknowledged, seed \(seed)") {
                    sender.acknowledged >= count * part / 3
                }
                try await server.kill()
                try await server.start()
            }
            let result = try await sender.result()
            print("\(count) deliveries, seed \(seed), 2 kills: \(result.summary)")
            #expect(result.acknowledged == count && result.problems == [], "seed \(seed)")
            for (project, own) in zip(projects, commits) { try await project.runs(try #require(own.last)) }
            let stored = try await DeliveryLoadTests.deliveries(server)
            let effects = try await DeliveryLoadTests.effects(server)
            print("lost \(result.lost(of: stored)), stored twice \(stored.count - count), acted twice \(effects.twice)")
            #expect(result.lost(of: stored) == 0 && stored.count == count, "seed \(seed)")
            #expect(effects.twice == 0 && effects.released == Set(commits.joined()), "seed \(seed)")
            #expect(effects.deployed == Set(commits.compactMap(\.last)), "seed \(seed)")
        }
    }

    private static func number(_ variable: String) -> Int? { getenv(variable).flatMap { Int(String(cString: $0)) } }

    /// All, once none waits any more.
    private static func deliveries(_ server: RunningServer) async throws -> [String: Wire.Delivery.Status] {
        let api = try server.api
        for status in [Wire.Delivery.Status.accepted, .processing] {
            try await server.expect("the queue to be empty", within: .seconds(1200)) {
                try await api.deliveries(status: status, limit: 1).items.isEmpty
            }
        }
        var found: [String: Wire.Delivery.Status] = [:]
        var cursor: String?
        repeat {
            let page = try await api.deliveries(after: cursor, limit: 500)
            for delivery in page.items { found[delivery.id] = delivery.status }
            cursor = page.next
        } while cursor != nil
        return found
    }

    private struct Effects {
        var released: Set<String> = []
        var deployed: Set<String> = []
        /// Of releases, settings and deployments.
        var twice = 0
    }

    private static func effects(_ server: RunningServer) async throws -> Effects {
        var effects = Effects()
        var seen: Set<String> = []
        var cursor: String?
        repeat {
            let page = try await server.api.events(after: cursor, limit: 500)
            for event in page.items {
                guard ["release.created", "version.desired", "version.deployed"].contains(event.type) else { continue }
                let version = event.after ?? ""
                if !seen.insert("\(event.type) \(version) \(event.target ?? "")").inserted { effects.twice += 1 }
                if event.type == "release.created" { effects.released.insert(version) }
                if event.type == "version.deployed" { effects.deployed.insert(version) }
            }
            cursor = page.next
        } while cursor != nil
        return effects
    }
}
