import Core
import Engine
import Model
import Store
import TestSupport

/// Many applications on one engine, to which the same happens as to their reference models.
final class ReferenceRun {
    /// One application beside what should be seen of it.
    private struct Subject {
        /// What it is called now.
        var name: String
        let repository: String
        var model: ReferenceApplication
        var operations: OperationGenerator
        var trace: [String] = []
        var last: Delivery?
        var deliveries = 0
    }

    private static let triggers = """
        triggers:
          - { branch: main, environment: development }
          - { tag: "*", environment: production }
        """
    private static let places = ["a": "development", "b": "development", "p": "production"]

    private let seed: UInt64
    private let durable: Durable
    private var engine: TestEngine
    private var subjects: [Subject] = []
    private var generator: SeededGenerator
    private var isBPlaced = true

    init(seed: UInt64, applications: Int) async throws {
        self.seed = seed
        generator = SeededGenerator(seed, "run")
        durable = try Durable()
        engine = ReferenceRun.engine(durable)
        try await engine.start()
        for number in 0..<applications {
            let name = "app-\(number)"
            try await durable.addRepository("acme/\(name)")
            subjects.append(
                Subject(
                    name: name, repository: "acme/\(name)",
                    model: ReferenceApplication(name: name, places: ReferenceRun.places),
                    operations: OperationGenerator(name: name, seed: seed)))
        }
    }

    private static func engine(_ durable: Durable) -> TestEngine {
        TestEngine(durable, faults: Faults { $0.step == "health" && Operation.isBad($0.version) ? .verdict : nil })
    }

    /// - Returns: the first differences, with all that happened to their application; empty when there are none.
    func run(rounds: Int) async throws -> [String] {
        for _ in 0..<rounds {
            try await changeAll()
            for index in subjects.indices { try await happen(to: index) }
            try await settle()
            let found = try await differences()
            guard found.isEmpty else { return found }
        }
        await engine.stop()
        return durable.world.violations
    }

    /// What concerns every application: a server that starts anew, a target that comes and goes.
    private func changeAll() async throws {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0:
            await engine.stop()
            engine = ReferenceRun.engine(durable)
            try await engine.start()
            trace("the server starts anew")
        case 1, 2:
            isBPlaced.toggle()
            _ = try await engine.topology.adopt(Durable.snapshot(targets: isBPlaced ? ["a", "b"] : ["a"]))
            for index in subjects.indices {
                subjects[index].model.place(ReferenceRun.places.filter { isBPlaced || $0.key != "b" })
            }
            trace("target b \(isBPlaced ? "comes" : "goes")")
        default: return
        }
        // Before the next version is wanted: which ones are skipped on the way to it is no rule.
        try await settle()
    }

    private func trace(_ what: String) { for index in subjects.indices { subjects[index].trace.append(what) } }

    private func happen(to index: Int) async throws {
        let operation = subjects[index].operations.next()
        subjects[index].trace.append(operation.description)
        subjects[index].model.perform(operation)
        do {
            try await perform(operation, &subjects[index])
        } catch is DeploydError {
            // Refused: the model says whether it should have been.
            subjects[index].trace.append("  (refused)")
        }
    }

    private func perform(_ operation: Operation, _ subject: inout Subject) async throws {
        let (name, versions) = (subject.name, engine.versions)
        switch operation {
        case .push(let commit), .forcePush(let commit):
            try await push(commit, "refs/heads/main", &subject)
        case .stalePush(let commit, let name): try await push(commit, "refs/heads/main", as: name, &subject)
        case .tag(let tag, let commit): try await push(commit, "refs/tags/\(tag)", &subject)
        case .repeatDelivery: if let last = subject.last { _ = try await engine.deliveries.accept(last) }
        case .set(let version, let environment):
            _ = try await versions.setVersion(
                application: name, environment: environment, version: version, actor: "bob", cause: nil)
        case .rollback(let version, let environment):
            _ = try await versions.rollback(
                application: name, environment: environment, to: version, actor: "bob", cause: nil)
        case .promote(let origin, let goal, let version):
            _ = try await versions.promote(
                application: name, from: origin, to: goal, version: version, actor: "bob", cause: nil)
        case .reject(let version):
            _ = try await engine.rejections.reject(
                application: name, version: version, reason: "no", actor: "bob", cause: nil)
        case .readmit(let version):
            try await engine.rejections.readmit(application: name, version: version, actor: "bob", cause: nil)
        case .hold(let environment):
            _ = try await versions.setHold(
                application: name, environment: environment, reason: "look", actor: "bob", cause: nil)
        case .releaseHold(let environment):
            _ = try await versions.releaseHold(application: name, environment: environment, actor: "bob", cause: nil)
        case .ask(let request, let target):
            guard let request = Lifecycle.Request(rawValue: request.rawValue) else { return }
            _ = try await engine.instances.ask(
                request, of: InstanceID(application: name, target: target), actor: "bob", cause: nil)
        case .rename(let newName):
            _ = try await engine.applications.rename(name, to: newName, actor: "bob", cause: nil)
            subject.name = newName
        }
    }

    private func push(
        _ commit: String, _ reference: String, as name: String? = nil, _ subject: inout Subject
    ) async throws {
        durable.source.commit(
            commit, of: subject.repository, file: Durable.file(name ?? subject.name, extra: ReferenceRun.triggers),
            reference: reference)
        subject.deliveries += 1
        let delivery = durable.push(
            commit, to: subject.repository, reference: reference, id: "\(subject.repository)-\(subject.deliveries)")
        subject.last = delivery
        _ = try await engine.deliveries.accept(delivery)
    }

    /// Waits until nothing is under way.
    private func settle() async throws {
        let (storage, reconcilers) = (durable.storage, engine.reconcilers)
        let isSettled = try await eventually(within: .seconds(120), every: .milliseconds(5)) {
            let (isQuiet, instances) = try await storage.read { reader in
                guard try reader.waitingDeliveryCount() == 0, try reader.unfinishedDeployments().isEmpty else {
                    return (false, [InstanceID]())
                }
                let instances = try reader.instances(InstanceFilter())
                return (!instances.contains { $0.lifecycle.state.isUnderWay }, instances.map(\.id))
            }
            guard isQuiet else { return false }
            for id in instances where await reconcilers.isBusy(id) { return false }
            return true
        }
        guard isSettled else { throw DeploydError(.timedOut, "seed \(seed) does not settle") }
    }

    private func differences() async throws -> [String] {
        let (subjects, world, seed) = (subjects, durable.world, seed)
        return try await durable.storage.read { reader in
            for subject in subjects {
                let seen = try Sighting(of: subject.name, from: subject.repository, in: reader, world)
                let expected = Sighting(of: subject.model)
                guard seen != expected else { continue }
                return [
                    "seed \(seed), \(subject.repository):\n" + subject.trace.map { "  \($0)\n" }.joined()
                        + "expected:\n\(expected)\nseen:\n\(seen)"
                ]
            }
            return []
        }
    }
}
