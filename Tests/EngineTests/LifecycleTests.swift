import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Instances that are stopped, started, restarted and destroyed, by servers that die on the way.
struct LifecycleTests {
    private static let repository = "acme/hello"
    private static let id = InstanceID(application: "hello", target: "a")

    struct Death: Sendable, CustomTestStringConvertible {
        let request: Lifecycle.Request
        /// The driver's call during which the server dies.
        let step: String
        let isAfterEffect: Bool
        var testDescription: String { "\(request) dies \(isAfterEffect ? "after" : "before") \(step)" }

        static let all = [
            (Lifecycle.Request.stop, "suspend"), (.start, "revive"), (.restart, "suspend"), (.restart, "revive"),
            (.destroy, "destroy"), (.destroy, "remove"),
        ].flatMap { request, step in
            [false, true].map { Death(request: request, step: step, isAfterEffect: $0) }
        }
    }

    @Test(arguments: Death.all) func whatWasAskedIsDoneByTheNextServer(death: Death) async throws {
        let durable = try Durable(topology: Self.snapshot(.delete))
        let first = TestEngine(durable)
        try await Self.deploy("one", first, durable)
        let before = try await Self.instance(durable)
        let resource = try await durable.storage.read { try $0.resources(of: Self.id) }.first
        if death.request == .start {
            try await Self.ask(.stop, first)
            try await Self.reaches(.stopped, durable)
        }
        // What changed meanwhile does not come into what is restarted.
        _ = try await first.topology.adopt(Self.snapshot(.delete, region: "us"))
        await first.stop()
        let start = try await durable.storage.read { try $0.newestEvent() }

        let isDead = Setting(false)
        let second = TestEngine(
            durable,
            faults: Faults({ call in
                guard call.step == death.step, call.subject == "\(Self.id)" else { return nil }
                return .crash(afterEffect: death.isAfterEffect)
            }) { isDead.set(true) })
        try await Self.ask(death.request, second)
        #expect(await eventually { isDead.current })
        await second.stop()

        let third = TestEngine(durable)
        try await third.start()
        let expected: Lifecycle.State? =
            switch death.request {
            case .stop: .stopped
            case .start, .restart: .running
            case .destroy: nil
            }
        try await Self.reaches(expected, durable)
        let types: [Lifecycle.Request: [EventType]] = [
            .stop: [.instanceStopped], .start: [.instanceStarted], .restart: [.instanceRestarted],
            .destroy: [.resourceDeleted, .instanceDestroyed],
        ]
        let events = try await durable.storage.read { try $0.events(after: start, limit: 100) }.map(\.draft)
        #expect(events.map(\.type) == types[death.request])
        #expect(events.allSatisfy { $0.actor == "ada" && $0.target == Self.id.target })
        try await Self.check(death.request, before, resource, durable)
        await third.stop()
    }

    private static func check(
        _ request: Lifecycle.Request, _ before: Instance?, _ resource: Resource?, _ durable: Durable
    ) async throws {
        let after = try await instance(durable)
        let place = durable.world.place(id)
        let run = before?.workload?.reveal() ?? ""
        switch request {
        case .stop:
            #expect(place.running.isEmpty && place.pointer == nil && after?.health == .suspended)
        case .start, .restart:
            #expect(place.running == [run: "revived"] && place.pointer == run && after?.health == .healthy)
        case .destroy:
            #expect(place == FakeWorld.Place() && !durable.world.holds(resource?.id ?? ""))
            let left = try await durable.storage.read { reader in
                (try reader.resources(of: id).count, try reader.ports(of: id).count)
            }
            #expect(left == (0, 0))
            return
        }
        #expect(after?.deployed == "one" && after?.inputs == before?.inputs && after?.workload == before?.workload)
    }

    @Test func whatIsStoppedStaysSoUntilItIsStarted() async throws {
        let durable = try Durable()
        let first = TestEngine(durable)
        try await Self.deploy("one", first, durable)
        try await Self.ask(.stop, first)
        try await Self.reaches(.stopped, durable)
        try await Self.push("two", over: "one", first, durable)
        await first.stop()

        let second = TestEngine(durable)
        try await second.start()
        try await Self.settle(second, durable)
        let stopped = try await Self.instance(durable)
        #expect(stopped?.desired == "two" && stopped?.deployed == "one" && stopped?.health == .suspended)
        #expect(durable.world.place(Self.id).running.isEmpty)
        let pushed = try await durable.storage.read {
            try $0.deliveries(status: .processed, repository: Self.repository, PageRequest()).items.first
        }
        #expect(pushed?.reason == "hello on a is stopped: two is deployed when it is started")
        await #expect(throws: DeploydError.self) { try await Self.ask(.restart, second) }
        try await Self.ask(.start, second)
        #expect(try await eventually { try await Self.instance(durable)?.deployed == "two" })
        try await Self.settle(second, durable)
        #expect(Set(durable.world.place(Self.id).running.values) == ["two"])
        await second.stop()
    }

    @Test func aRestartRunsTheSameVersionBesideTheOldOne() async throws {
        let durable = try Durable()
        let engine = TestEngine(durable)
        try await Self.deploy("one", engine, durable)
        let before = try await Self.instance(durable)
        try await Self.ask(.restart, engine)
        await #expect(throws: DeploydError.self) { try await Self.ask(.restart, engine) }
        #expect(try await eventually { try await Self.instance(durable)?.workload != before?.workload })
        try await Self.settle(engine, durable)
        let after = try await Self.instance(durable)
        #expect(durable.world.place(Self.id).running == [after?.workload?.reveal() ?? "": "one"])
        #expect(after?.since == before?.since && after?.inputs == before?.inputs)
        #expect(!engine.faults.calls.contains { $0.step == "suspend" })
        let events = try await durable.storage.read { try $0.events(after: 0, limit: 500) }.map(\.draft)
        #expect(events.count { $0.type == .instanceRestarted && $0.actor == "ada" } == 1)
        #expect(events.count { $0.type == .versionDeployed && $0.target == "a" } == 1)
        await engine.stop()
    }

    /// It is not brought back by reading the world files, but by the next version; what was retained it finds again.
    @Test(arguments: ResourceDefinition.Deletion.allCases)
    func whatIsDestroyedComesBackWithTheNextVersion(deletion: ResourceDefinition.Deletion) async throws {
        let durable = try Durable(topology: Self.snapshot(deletion))
        let engine = TestEngine(durable)
        try await Self.deploy("one", engine, durable)
        let before = try await durable.storage.read { try $0.resources(of: Self.id) }
        try await durable.storage.write { writer in
            try writer.insert(PortReservation(port: 3001, instance: Self.id, purpose: "entrypoint/web"))
        }
        try await Self.ask(.destroy, engine)
        try await Self.reaches(nil, durable)
        try await engine.topology.align()
        let left = try await durable.storage.read { reader in
            (try reader.instance(Self.id), try reader.resources(of: Self.id).map(\.status), try reader.reservedPorts())
        }
        #expect(left.0 == nil && left.1 == (deletion == .retain ? [.retained] : []) && left.2 == [])

        try await Self.deploy("two", over: "one", engine, durable)
        let after = try await durable.storage.read { try $0.resources(of: Self.id) }
        #expect(after.map(\.status) == [.ready])
        let isSame = after.map(\.id) == before.map(\.id) && after.map(\.outputs) == before.map(\.outputs)
        #expect(isSame == (deletion == .retain))
        await engine.stop()
    }

    private static func snapshot(_ deletion: ResourceDefinition.Deletion, region: String = "eu") -> TopologySnapshot {
        let definition = ResourceDefinition(
            slug: "value", capability: .local, template: .null, outputs: Durable.value.outputs, deletion: deletion)
        return Durable.snapshot(targets: ["a"], parameters: ["region": .string(region)], definition: definition)
    }

    private static func deploy(
        _ version: String, over before: String? = nil, _ engine: TestEngine, _ durable: Durable
    ) async throws {
        if before == nil { try await durable.addRepository(repository) }
        try await push(version, over: before, engine, durable)
        #expect(try await eventually { try await instance(durable)?.deployed == version })
        try await settle(engine, durable)
    }

    private static func push(
        _ version: String, over before: String?, _ engine: TestEngine, _ durable: Durable
    ) async throws {
        durable.source.commit(version, of: repository, file: Durable.file("hello"))
        _ = try await engine.deliveries.accept(durable.push(version, over: before, to: repository))
        #expect(
            try await eventually { try await durable.storage.read { try $0.waitingDeliveryCount() == 0 } })
    }

    private static func settle(_ engine: TestEngine, _ durable: Durable) async throws {
        let isSettled = try await eventually {
            let isIdle = try await durable.storage.read { try $0.unfinishedDeployments().isEmpty }
            let isBusy = await engine.reconcilers.isBusy(id)
            return isIdle && !isBusy
        }
        #expect(isSettled)
    }

    private static func ask(_ request: Lifecycle.Request, _ engine: TestEngine) async throws {
        _ = try await engine.instances.ask(request, of: id, actor: "ada", cause: nil)
    }

    private static func instance(_ durable: Durable) async throws -> Instance? {
        try await durable.storage.read { try $0.instance(id) }
    }

    /// - Parameter state: nil: it is gone.
    private static func reaches(_ state: Lifecycle.State?, _ durable: Durable) async throws {
        #expect(try await eventually { try await instance(durable)?.lifecycle.state == state }, "never \(state as Any)")
    }
}
