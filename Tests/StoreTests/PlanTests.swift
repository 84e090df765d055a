import Core
import Crypto
import Model
import TestSupport
import Testing

@testable import Store

/// No question reads a whole table or sorts what it found, however much there is.
struct PlanTests {
    @Test func questionsAreAnsweredFromIndexes() throws {
        let fixture = try Fixture()
        let connection = try Connection(path: fixture.directory.appending("deployd.db"), role: .reader)
        let id = InstanceID(application: "a", target: "t")
        let page = PageRequest(after: "5")
        try ask(StoredReader(connection: connection, vault: Vault(key: fixture.key)), id, page)
        let texts = connection.preparedTexts.filter { $0.hasPrefix("SELECT") }
        #expect(texts.count > 40)
        var complaints: [String] = []
        for text in texts {
            let plan = try explain(text, connection)
            let isWhole = plan.contains {
                $0.hasPrefix("SCAN") && !$0.contains("Waiting") && !$0.contains("Unfinished")
            }
            if isWhole || plan.contains(where: { $0.contains("TEMP B-TREE") }) { complaints.append("\(text): \(plan)") }
        }
        #expect(complaints == [])
    }

    private func explain(_ text: String, _ connection: Connection) throws -> [String] {
        let pieces = text.split(separator: "?", omittingEmptySubsequences: false).map { SQL(raw: String($0)) }
        let sql = SQL.joined(pieces, by: "NULL")
        return try connection.all("EXPLAIN QUERY PLAN \(sql)") { row in try row["detail"] }
    }

    private func ask(_ reader: StoredReader, _ id: InstanceID, _ page: PageRequest) throws {
        _ = try reader.repository(named: "r")
        _ = try reader.repositories(page)
        _ = try reader.delivery(id: "d")
        _ = try reader.delivery(key: .init(provider: "p", hook: "h", delivery: "d", digest: "x"))
        for status in [nil, Delivery.Status.failed] {
            for repository in [nil, "r"] { _ = try reader.deliveries(status: status, repository: repository, page) }
        }
        _ = try reader.waitingLanes(at: moment(1), after: nil, limit: 5)
        _ = try reader.waitingDeliveries(inLane: "tree:a", at: moment(1), limit: 5)
        _ = try reader.waitingDeliveryCount(inLane: "r")
        _ = try reader.nextDeliveryTime(after: moment(1))
        _ = try reader.waitingDeliveryCount()
        _ = try reader.application("a")
        _ = try reader.applications(page)
        _ = try reader.release("a", "v")
        _ = try reader.releases(of: "a", page)
        _ = try reader.environmentVersion("a", "e")
        _ = try reader.environmentVersions(of: "a")
        _ = try reader.secrets(of: "a", in: nil)
        _ = try reader.secrets(of: "a", in: "e")
        _ = try reader.secretFingerprints(in: .init(application: "a", environment: "e"))
        _ = try reader.instance(id)
        _ = try reader.instances(.init(application: "a"))
        var few = InstanceFilter(application: "a", environment: "e", includesDestroyed: true)
        (few.after, few.limit) = ("t", 50)
        _ = try reader.instances(few)
        few = InstanceFilter()
        (few.behind, few.limit) = (id, 51)
        _ = try reader.instances(few)
        _ = try reader.deployment("x")
        _ = try reader.unfinishedDeployments()
        _ = try reader.unfinishedDeployments(of: id)
        let filters = [
            DeploymentFilter(), .init(application: "a"), .init(environment: "e"), .init(target: "t"),
            .init(status: .failed), .init(application: "a", target: "t"),
            .init(application: "a", environment: "e", target: "t", status: .running),
        ]
        for filter in filters { _ = try reader.deployments(filter, page) }
        _ = try reader.beforeDeployRun(of: "v", on: id)
        _ = try reader.resource(id: "s")
        _ = try reader.resources(of: id)
        _ = try reader.sharedResources(of: "w")
        for filter in [ResourceFilter(), .init(world: "w"), .init(application: "a", target: "t"), .init(slug: "s")] {
            _ = try reader.resources(filter, page)
        }
        _ = try reader.ports(of: id)
        _ = try reader.events(after: 1, limit: 5)
        _ = try reader.newestEvent()
        let events = [
            EventFilter(), .init(application: "a"), .init(environment: "e"), .init(target: "t"),
            .init(type: .holdSet), .init(since: moment(1)), .init(application: "a", until: moment(1)),
        ]
        for filter in events {
            let after = filter.since == nil && filter.until == nil ? "5" : "5.5"
            _ = try reader.events(filter, PageRequest(after: after))
        }
        _ = try reader.token(digest: "d")
    }
}
