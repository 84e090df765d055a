import Core
import Engine
import Model
import Store
import TestSupport

/// What the people of one service do, from a seed: they push good and broken versions, change their minds, and press
/// every button.
struct Script {
    let seed: UInt64
    let life: Life
    /// In how many worlds the services are: few have to wait for places.
    let crowds: UInt64
    private var generator: SeededGenerator
    private var commits: [String] = []
    private var head: String?
    private var lastDelivery: Delivery?
    private var deliveries: [String] = []
    /// Commits that can be released and whose delivery was accepted.
    private(set) var released: Set<String> = []
    /// How often somebody asked for a version that may have failed before.
    private(set) var repetitions = 0

    var service: String { "svc-\(seed)" }
    var repository: String { "acme/\(service)" }
    var environment: String { "crowd-\(crowd)" }
    var instances: [InstanceID] { ["a", "b"].map { InstanceID(application: service, target: "\($0)\(crowd)") } }
    private var crowd: UInt64 { seed % crowds }
    var final: String { "\(service)-final" }
    private var durable: Durable { life.durable }

    init(seed: UInt64, life: Life, crowds: UInt64) {
        self.seed = seed
        self.crowds = crowds
        self.life = life
        generator = SeededGenerator(seed, "script")
    }

    mutating func run() async throws {
        try await durable.addRepository(repository)
        try await push()
        for _ in 0..<Int.random(in: 4...10, using: &generator) {
            // A person's request may be refused, or fail with the server.
            try? await act()
            let engine = try await life.current
            engine.wake.raise()
            for instance in instances { await engine.reconcilers.wake(instance) }
            try await wait()
        }
    }

    /// At times until nothing is under way, or until something hangs; at times hardly at all.
    private mutating func wait() async throws {
        guard Bool.random(using: &generator) else {
            return try await Task.sleep(for: .milliseconds(Int.random(in: 0...25, using: &generator)))
        }
        _ = try await eventually(within: .milliseconds(400)) { [durable, instances] in
            try await durable.storage.read { reader in
                try reader.waitingDeliveryCount() == 0
                    && instances.allSatisfy { try reader.unfinishedDeployments(of: $0).isEmpty }
            }
        }
    }

    /// The last push, of a version with which nothing is wrong, with no hold in its way.
    mutating func finish() async throws {
        let engine = try await life.current
        _ = try? await engine.versions.releaseHold(
            application: service, environment: environment, actor: "ada", cause: nil)
        for instance in instances {
            _ = try? await engine.instances.ask(.start, of: instance, actor: "ada", cause: nil)
        }
        try await push(named: final)
    }

    private mutating func act() async throws {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<40: try await push()
        case 40..<48: if let lastDelivery { _ = try await life.current.deliveries.accept(lastDelivery) }
        case 48..<54: try await pushTwo()
        case 54..<58: try await forcePush()
        case 58..<90: try await press()
        default: kill()
        }
    }

    private mutating func press() async throws {
        repetitions += 1
        let engine = try await life.current
        switch Int.random(in: 0..<10, using: &generator) {
        case 8, 9:
            let requests: [Lifecycle.Request] = [.stop, .start, .start, .restart, .destroy]
            guard let request = requests.randomElement(using: &generator),
                let instance = instances.randomElement(using: &generator)
            else { return }
            _ = try await engine.instances.ask(request, of: instance, actor: "bob", cause: nil)
        case 0:
            _ = try await engine.versions.rollback(
                application: service, environment: environment, to: nil, actor: "bob", cause: nil)
        case 1, 2:
            guard let version = commits.randomElement(using: &generator) else { return }
            _ = try await engine.versions.setVersion(
                application: service, environment: environment, version: version, actor: "bob", cause: nil)
        case 3:
            _ = try await engine.versions.setHold(
                application: service, environment: environment, reason: "look", actor: "bob", cause: nil)
        case 4:
            _ = try await engine.versions.releaseHold(
                application: service, environment: environment, actor: "bob", cause: nil)
        case 5:
            guard let delivery = deliveries.randomElement(using: &generator) else { return }
            _ = try await engine.deliveries.redeliver(delivery)
        case 6:
            guard let last = try await last({ !$0.isFinal }) else { return }
            try await engine.deployments.cancel(last.id, actor: "bob")
        default:
            guard let last = try await last(\.isFinal) else { return }
            _ = try await engine.deployments.retry(last.id, actor: "bob", cause: nil)
        }
    }

    private mutating func push(named name: String? = nil) async throws {
        let before = head
        try await accept(durable.push(makeCommit(name), over: before, to: repository))
    }

    /// The second is delivered first.
    private mutating func pushTwo() async throws {
        let (before, first) = (head, makeCommit(nil))
        let second = makeCommit(nil)
        try await accept(durable.push(second, over: first, to: repository))
        try await accept(durable.push(first, over: before, to: repository))
    }

    /// Back to an earlier commit.
    private mutating func forcePush() async throws {
        repetitions += 1
        guard let commit = commits.randomElement(using: &generator), commit != head else { return }
        let before = head
        durable.source.commit(commit, of: repository, file: file(commit))
        head = commit
        try await accept(durable.push(commit, over: before, to: repository, id: "\(commit)-again-\(repetitions)"))
    }

    private mutating func makeCommit(_ name: String?) -> String {
        let kind = ["good", "good", "good", "good", "bad", "broken"].randomElement(using: &generator) ?? "good"
        let commit = name ?? "\(service)-\(commits.count)-\(kind)"
        durable.source.commit(commit, of: repository, file: file(commit))
        commits.append(commit)
        head = commit
        return commit
    }

    private func file(_ commit: String) -> String {
        Durable.file(service, extra: "environments: [\(environment)]\n\(commit.contains("broken") ? "prots: 1" : "")")
    }

    private mutating func accept(_ delivery: Delivery) async throws {
        lastDelivery = delivery
        while true {
            // A sender whose request was refused sends again.
            guard (try? await life.current.deliveries.accept(delivery)) == nil else { break }
        }
        deliveries.append(delivery.id)
        if case .push(let push) = delivery.content, let commit = push.after, !commit.contains("broken") {
            released.insert(commit)
        }
    }

    private mutating func kill() {
        for instance in instances {
            durable.world.change(instance) { place in
                if let pointer = place.pointer { place.running[pointer] = nil }
            }
        }
    }

    private func last(_ matches: (Deployment.Status) -> Bool) async throws -> Deployment? {
        let service = service
        let page = try await durable.storage.read {
            try $0.deployments(DeploymentFilter(application: service), PageRequest(limit: 10))
        }
        return page.items.first { matches($0.status) }
    }
}
