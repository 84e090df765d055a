import Client
import Core
import Glibc
import HTTPClient
import TestSupport

/// One seeded run: pushes, deaths and load together, then a server that is left alone.
final class CrashRun {
    struct Figures: Equatable {
        var runs = 0
        var pushes = 0
        var kills = 0
        var points = 0
        var sent = 0
        var deliveries = 0
        var deployments = 0
        var requests = 0
        var failed = 0
        var seconds = 0.0
    }

    /// How long a point is waited for; what is not passed is killed all the same.
    private static let patience = Duration.seconds(3)
    private static let rate = 20

    let seed: UInt64
    let server: RunningServer
    private let script: CrashScript
    private let sender: PatientSender
    private(set) var repositories: [CrashRepository] = []
    /// Where the server died by itself.
    private(set) var reached: Set<CrashPoint> = []
    private(set) var figures = Figures(runs: 1, pushes: CrashScript.pushCount)
    private(set) var outcomes: [Load.Outcome] = []
    private(set) var secrets: [String: String] = [:]

    static let services = [
        [SmallService(name: "solo", requires: ["key": "secret", "db": "sqlite"])],
        [
            SmallService(name: "one", path: "apps/one", replicas: 2),
            SmallService(name: "two", path: "apps/two", requires: ["db": "sqlite"], hasBeforeDeploy: true),
        ],
        [
            SmallService(name: "red", path: "red", requires: ["key": "secret"]),
            SmallService(name: "green", path: "green", requires: ["files": "directory", "spare": "port"]),
            SmallService(name: "blue", path: "blue", isBuilt: false),
        ],
    ]

    init(seed: UInt64, _ server: RunningServer) {
        self.seed = seed
        self.server = server
        script = CrashScript(seed: seed, services: CrashRun.services.map(\.count))
        sender = PatientSender(seed: seed)
    }

    /// Where `beforeDeploy` notes what it is run for.
    var ran: String { "\(server.folder.path)/ran" }
    var problemsOfSender: [String] { sender.problems }

    /// - Parameter server: was started.
    func perform() async throws {
        let start = ContinuousClock.now
        for (number, services) in CrashRun.services.enumerated() {
            repositories.append(
                try await CrashRepository("acme/\(["solo", "pair", "trio"][number])", services, server, ran: ran))
        }
        let first = try await firstPushes()
        try await server.kill()
        for death in script.deaths.prefix(CrashScript.earlyDeaths) { try await live(until: death) }
        try await server.start()
        for announcement in first { try await announcement.value }
        try await allRun()
        for service in CrashRun.services.joined() { secrets[service.name] = try await answer(of: service, "/key") }
        let loads = try await startLoads()
        try await server.kill()
        let (pushes, repositories, sender) = (script.pushes, repositories, sender)
        async let pushed: Void = CrashRun.push(pushes, to: repositories, sender)
        for death in script.deaths.dropFirst(CrashScript.earlyDeaths) { try await live(until: death) }
        try await server.start()
        try await pushed
        try await allRun()
        for load in loads { outcomes.append(try await load.stop()) }
        figures.sent = sender.sent
        figures.requests = outcomes.reduce(0) { $0 + $1.total + $1.failed }
        figures.failed = outcomes.reduce(0) { $0 + $1.failed }
        figures.seconds = (ContinuousClock.now - start) / .seconds(1)
    }

    func count(deliveries: Int, deployments: Int) {
        figures.deliveries = deliveries
        figures.deployments = deployments
    }

    private func firstPushes() async throws -> [Task<Void, any Error>] {
        var announcements: [Task<Void, any Error>] = []
        for (number, repository) in repositories.enumerated() {
            announcements.append(try await repository.push(repository.services, number: number + 1, sender))
        }
        return announcements
    }

    /// Each repository's one after the other, the repositories at once; nobody waits for an answer to push again.
    private static func push(
        _ pushes: [CrashScript.Push], to repositories: [CrashRepository], _ sender: PatientSender
    ) async throws {
        try await withThrowingTaskGroup { group in
            for (index, repository) in repositories.enumerated() {
                group.addTask {
                    var announcements: [Task<Void, any Error>] = []
                    for (number, push) in pushes.enumerated() where push.repository == index {
                        try await Task.sleep(for: push.pause)
                        let changed = push.services.map { repository.services[$0] }
                        announcements.append(
                            try await repository.push(changed, number: number + repositories.count + 1, sender))
                    }
                    for announcement in announcements { try await announcement.value }
                }
            }
            try await group.waitForAll()
        }
    }

    private func live(until death: CrashScript.Death) async throws {
        figures.kills += 1
        switch death {
        case .point(let point, let passage):
            let child = try server.startToDie(at: "\(point.rawValue):\(passage)")
            if let exit = await child.wait(within: CrashRun.patience) {
                guard exit == .signalled(SIGKILL) else { throw RunningServer.Failure("it ended: \(exit)", server) }
                reached.insert(point)
                figures.points += 1
            } else {
                try await server.kill()
            }
        case .moment(let time):
            _ = try server.startToDie(at: nil)
            try await Task.sleep(for: time)
            try await server.kill()
        }
    }

    private func startLoads() async throws -> [Load] {
        var loads: [Load] = []
        for service in CrashRun.services.joined() {
            loads.append(
                try Load(try await entrypoint(of: service), rate: CrashRun.rate, in: server.folder.path))
        }
        return loads
    }

    /// Waits until nothing is left to do and each service runs what was pushed last.
    private func allRun() async throws {
        let api = try server.api
        for status in [Wire.Delivery.Status.accepted, .processing] {
            try await server.expect("the deliveries to be processed, seed \(seed)") {
                try await api.deliveries(status: status, limit: 1).items.isEmpty
            }
        }
        for status in [Wire.Deployment.Status.pending, .running] {
            try await server.expect("the deployments to end, seed \(seed)") {
                try await api.deployments(status: status, limit: 1).items.isEmpty
            }
        }
        try await server.expect("all to be healthy, seed \(seed)") {
            let instances = try await api.instances(limit: 500).items
            return instances.count == 6
                && instances.allSatisfy { $0.version.desired == $0.version.deployed && $0.health == .healthy }
        }
    }

    private func entrypoint(of service: SmallService) async throws -> String {
        let instance = try await server.api.instance(service.name, target: "local")
        guard let url = instance.entrypoints["web"]?.url else {
            throw RunningServer.Failure("\(service.name) has no entrypoint", server)
        }
        return url
    }

    func answer(of service: SmallService, _ path: String) async throws -> String {
        let url = try await entrypoint(of: service)
        return try await server.http.send(.init("GET", "\(url)\(path)", timeout: .seconds(60))).text
    }
}
