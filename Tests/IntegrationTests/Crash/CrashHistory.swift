import Client

/// What the server says of everything that happened.
struct CrashHistory {
    let deliveries: [Wire.Delivery]
    let deployments: [Wire.Deployment]
    /// Oldest first.
    let events: [Wire.Event]
    let instances: [Wire.Instance]
    let resources: [Wire.Resource]
    /// By application.
    let releases: [String: Set<String>]

    init(of server: RunningServer) async throws {
        let api = try server.api
        deliveries = try await CrashHistory.all { try await api.deliveries(after: $0, limit: 500) }
        deployments = try await CrashHistory.all { try await api.deployments(after: $0, limit: 500) }
        events = try await CrashHistory.all { try await api.events(after: $0, limit: 500) }.reversed()
        instances = try await CrashHistory.all { try await api.instances(after: $0, limit: 500) }
        resources = try await CrashHistory.all { try await api.resources(after: $0, limit: 500) }
        let made = events.filter { $0.type == "release.created" }
        releases = Dictionary(grouping: made) { $0.application ?? "" }.mapValues { Set($0.compactMap(\.after)) }
    }

    private static func all<Item>(
        _ page: (String?) async throws -> Wire.Page<Item>
    ) async throws -> [Item] {
        var items: [Item] = []
        var cursor: String?
        repeat {
            let next = try await page(cursor)
            items += next.items
            cursor = next.next
        } while cursor != nil
        return items
    }

    /// What does not hold of it by itself; empty when all does.
    var problems: [String] {
        gaps + repetitions + chains
            + deployments.filter { $0.status != .succeeded && $0.status != .superseded }
            .map { "the deployment \($0.id) of \($0.application) is \($0.status): \($0.reason ?? "")" }
            + deliveries.filter { $0.status != .processed }
            .map { "the delivery \($0.id) is \($0.status): \($0.reason ?? "")" }
            + resources.filter { $0.status != .ready }
            .map { "\($0.name) of \($0.application ?? "") is \($0.status): \($0.reason ?? "")" }
    }

    private var gaps: [String] {
        events.isWithoutGap ? [] : ["the events have gaps: \(events.map(\.id).suffix(20))"]
    }

    /// Nothing takes effect twice.
    private var repetitions: [String] {
        let effects = ["release.created", "version.desired", "version.deployed", "deployment.started"]
        let seen = events.filter { effects.contains($0.type) }.map {
            "\($0.type) \($0.application ?? "") \($0.after ?? "")"
        }
        let provisioned = events.filter { $0.type == "resource.provisioned" }.map {
            "\($0.type) \($0.application ?? "") \($0.after ?? "")"
        }
        let attempts = deployments.map { "a deployment of \($0.application) \($0.version)" }
        return Dictionary(grouping: seen + provisioned + attempts, by: \.self).filter { $0.value.count > 1 }
            .map { "\($0.value.count) times: \($0.key)" }.sorted()
    }

    /// Each change begins where the one before it ended.
    private var chains: [String] {
        var problems: [String] = []
        for type in ["version.desired", "version.deployed"] {
            for instance in instances {
                let own = events.filter { $0.type == type && $0.application == instance.application }
                var version: String?
                for event in own {
                    if event.before != version { problems.append("\(type) \(event.id) begins elsewhere") }
                    version = event.after
                }
                let last = type == "version.desired" ? instance.version.desired : instance.version.deployed
                if version != last { problems.append("\(type) of \(instance.application) ends elsewhere") }
            }
        }
        return problems
    }
}
