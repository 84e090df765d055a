import Core
import Engine
import Formats
import Model
import Store
import TestSupport
import Testing

/// What a world has for everyone: `smtp`, which `one` and `two` require as `mail`.
struct SharedResourceTests {
    private struct Shop {
        static let names = ["one", "two"]
        let durable: Durable
        var engine: TestEngine

        init(faults: Faults = Faults()) async throws {
            durable = try Durable(topology: SharedResourceTests.snapshot())
            try await durable.addRepository("acme/shop")
            engine = TestEngine(durable, faults: faults)
            try await engine.start()
        }

        /// One push of both.
        func push(_ commit: String, more: String = "") async throws {
            var tree: [String: String] = [:]
            for name in Shop.names {
                tree["\(name)/deployd.yaml"] = """
                    service: \(name)
                    port: 5000
                    command: [./run]
                    requires: { mail: { shared: smtp }, session: { slug: box, params: { of: "${requires.mail.url}" } } }
                    env: { URL: "${requires.mail.url} ${requires.session.of}" }
                    \(more)
                    """
            }
            durable.source.commit(commit, of: "acme/shop", file: "services: [one, two]", tree: tree)
            _ = try await engine.deliveries.accept(durable.push(commit, over: nil, to: "acme/shop"))
            #expect(try await eventually { try await current("two")?.desired == commit })
        }

        func current(_ name: String) async throws -> Instance? {
            try await durable.storage.read { try $0.instance(InstanceID(application: name, target: "a")) }
        }

        func settled() async throws -> Bool {
            try await eventually {
                try await durable.storage.read { reader in
                    try reader.waitingDeliveryCount() == 0 && reader.unfinishedDeployments().isEmpty
                }
            }
        }

        /// `STATUS REASON` of each application's newest deployment.
        func newest() async throws -> [String] {
            var found: [String] = []
            for name in Shop.names {
                let page = try await durable.storage.read {
                    try $0.deployments(DeploymentFilter(application: name), PageRequest(limit: 1))
                }
                found += page.items.map { $0.reason == nil ? "\($0.status)" : "\($0.status) \($0.reason ?? "")" }
            }
            return found
        }

        func smtp() async throws -> Resource? {
            try await durable.storage.read { try $0.sharedResources(of: "w").first }
        }

        func outdated() async throws -> [Bool?] {
            var found: [Bool?] = []
            for name in Shop.names {
                guard let instance = try await current(name) else { continue }
                found.append(await engine.plans.isOutdated(instance))
            }
            return found
        }

        var provisions: Int { engine.faults.calls.count { $0.step == "provision" && $0.version == "relay" } }
    }

    /// - Parameters:
    ///   - port: nil: the world declares nothing.
    ///   - deletion: of what is shared.
    private static func snapshot(port: String? = "25", deletion: ResourceDefinition.Deletion = .retain)
        -> TopologySnapshot
    {
        let template = { (text: String) in Template.parse(text).template }
        let definitions = [
            ResourceDefinition(
                slug: "relay", capability: .local,
                parameters: [
                    "port": ParameterDefinition(defaultValue: "25"),
                    "password": ParameterDefinition(isSecret: true, generatedLength: 20),
                ], template: .null,
                outputs: [
                    "url": ResourceOutput(.text(template("smtp://${params.password}@${world}:${params.port}")))
                ], deletion: deletion),
            ResourceDefinition(
                slug: "box", capability: .local, parameters: ["of": ParameterDefinition()], template: .null,
                outputs: ["of": ResourceOutput(.text(template("box of ${params.of}")))]),
        ]
        let base = Durable.snapshot(targets: ["a"]).topology
        let shared = port.map { ["smtp": Requirement(slug: "relay", parameters: ["port": .string($0)])] } ?? [:]
        let worlds = base.worlds.values.map { world in
            var world = world
            world.shared = shared
            return world
        }
        return TopologySnapshot(
            topology: Topology(
                worlds: worlds, environments: Array(base.environments.values),
                environmentSets: Array(base.environmentSets.values)),
            catalogue: ResourceCatalogue([ResourceRepository(name: "acme", definitions: definitions)]))
    }

    @Test func itIsMadeOnceForAllAndOutlivesThem() async throws {
        let shop = try await Shop()
        try await shop.push("c1")
        #expect(try await shop.settled())
        #expect(try await shop.newest() == ["succeeded", "succeeded"])
        let made = try #require(try await shop.smtp())
        let password = try #require(made.secretParameters["password"]?.reveal())
        let url = "smtp://\(password)@w:25"
        #expect(made.instance == nil && made.status == .ready && made.outputs["url"] == .secret(Secret(url)))
        let urls = ["one", "two"].map { name in
            shop.durable.world.place(InstanceID(application: name, target: "a")).urls.values.sorted()
        }
        #expect(urls == [["\(url) box of \(url)"], ["\(url) box of \(url)"]])
        #expect(shop.provisions == 1)
        #expect(!"\(shop.durable.logs.all)".contains(password))

        // A change is brought about by whoever deploys next, once; both are outdated until they do.
        try await shop.engine.topology.adopt(Self.snapshot(port: "26"))
        #expect(try await shop.outdated() == [true, true])
        let plan = try await shop.engine.plans.plan(application: "two", environment: "development", version: nil)
        #expect(
            plan.instances.flatMap(\.actions).first { $0.name == "shared smtp" }
                == PlanAction(
                    kind: .resource, name: "shared smtp", change: .update, detail: "relay of acme; changes port"))
        for (name, left) in [("two", [true, false]), ("one", [false, false])] {
            _ = try await shop.engine.plans.deploy(
                application: name, environment: "development", version: nil, digest: nil, actor: "ada", cause: nil)
            #expect(try await shop.settled())
            #expect(try await shop.outdated() == left)
        }
        #expect(shop.provisions == 2)
        #expect(try await shop.smtp()?.outputs["url"]?.reveal() == "smtp://\(password)@w:26")
        let events = try await shop.durable.storage.read { try $0.events(after: 0, limit: 1000) }.map(\.draft)
        #expect(
            events.filter { $0.after == "smtp (relay)" }.map {
                "\($0.type.rawValue) \($0.application ?? "-") \($0.target ?? "-") \($0.detail ?? "")"
            } == [
                "resource.provisioned - - shared in the world w", "resource.updated - - shared in the world w",
            ])

        // Nobody is left, and it is.
        for name in Shop.names {
            let id = InstanceID(application: name, target: "a")
            _ = try await shop.engine.instances.ask(.destroy, of: id, actor: "bob", cause: nil)
            #expect(try await eventually { try await shop.current(name) == nil })
        }
        #expect(try await shop.smtp()?.status == .ready)
        await shop.engine.stop()
    }

    @Test func whatIsNoLongerDeclaredGoesOnAndIsRefused() async throws {
        let shop = try await Shop()
        try await shop.push("c1")
        #expect(try await shop.settled())
        try await shop.engine.topology.adopt(Self.snapshot(port: nil))
        #expect(try await shop.current("one")?.health == .healthy)
        #expect(try await shop.smtp()?.status == .ready)
        try await shop.push("c2", more: "drain: 1s")
        #expect(try await shop.settled())
        let refusal =
            "failed requires.mail: the world 'w' no longer declares the shared 'smtp', which is still there: declare it "
            + "again in the world file, or require something else"
        #expect(try await shop.newest() == [refusal, refusal])
        #expect(try await shop.current("one")?.deployed == "c1")
        // Declared again, it is an input that changed.
        try await shop.engine.topology.adopt(Self.snapshot())
        #expect(try await eventually { try await shop.current("one")?.deployed == "c2" })
        #expect(shop.provisions == 1)
        await shop.engine.stop()
    }

    /// `STATUS` or what the server said.
    private static func destroy(_ shop: Shop) async throws -> String {
        guard let resource = try await shop.smtp() else { return "nothing" }
        do {
            let listing = try await shop.engine.sharedResources.destroy(resource.id, actor: "ada", cause: nil)
            return "removes \(listing.destruction.removed.count), keeps \(listing.destruction.retained.count)"
        } catch let error as DeploydError { return error.message }
    }

    @Test func itIsDestroyedOnceNobodyDeclaresOrUsesIt() async throws {
        let isStuck = Setting(true)
        let faults = Faults { call in
            call.step == "remove" && isStuck.current ? .transient(afterEffect: false) : nil
        }
        let shop = try await Shop(faults: faults)
        try await shop.push("c1")
        #expect(try await shop.settled())
        let stays = "the shared 'smtp' of the world 'w' stays: "
        let uses = ["one", "two"].map {
            "\($0)@a uses it as 'mail': deploy a version there that does not require it, or `deployd destroy \($0) --target a`"
        }.joined(separator: "; ")
        #expect(
            try await Self.destroy(shop)
                == stays
                + "the world 'w' declares the shared 'smtp': take it out of its 'shared' first, or it would be "
                + "made again; \(uses)")
        try await shop.engine.topology.adopt(Self.snapshot(port: nil, deletion: .delete))
        #expect(try await Self.destroy(shop) == stays + uses)
        for name in Shop.names {
            let id = InstanceID(application: name, target: "a")
            _ = try await shop.engine.instances.ask(.destroy, of: id, actor: "bob", cause: nil)
        }
        // What is in the way is said, and it goes on after a restart of the server.
        for name in Shop.names { #expect(try await eventually { try await shop.current(name) == nil }) }
        #expect(try await Self.destroy(shop) == "removes 1, keeps 0")
        #expect(try await eventually { try await shop.smtp()?.reason == "remove of relay did not answer" })
        #expect(try await shop.smtp()?.status == .deleting)
        await shop.engine.stop()
        isStuck.set(false)
        var again = shop
        again.engine = TestEngine(shop.durable, faults: faults)
        try await again.engine.start()
        #expect(try await eventually { try await again.smtp() == nil })
        let events = try await shop.durable.storage.read { try $0.events(after: 0, limit: 1000) }.map(\.draft)
        #expect(
            events.filter { $0.before == "smtp (relay)" }.map {
                "\($0.type.rawValue) by \($0.actor): \($0.detail ?? "")"
            } == [
                "resource.deleting by ada: shared in the world w", "resource.deleted by deployd: shared in the world w",
            ])
        #expect(
            events.contains {
                $0.detail == "world w: changed; it no longer shares smtp: what was made stays"
            })
        await again.engine.stop()
    }

    /// Declared again it is the same.
    @Test func whatItsDefinitionKeepsIsFoundAgain() async throws {
        let shop = try await Shop()
        try await shop.push("c1")
        #expect(try await shop.settled())
        let before = try await shop.smtp()
        for name in Shop.names {
            let id = InstanceID(application: name, target: "a")
            _ = try await shop.engine.instances.ask(.destroy, of: id, actor: "bob", cause: nil)
            #expect(try await eventually { try await shop.current(name) == nil })
        }
        try await shop.engine.topology.adopt(Self.snapshot(port: nil))
        let topology = shop.durable.topology.current.topology
        #expect(try await shop.smtp().flatMap(topology.detachment) != nil)
        #expect(try await Self.destroy(shop) == "removes 0, keeps 1")
        #expect(try await Self.destroy(shop) == "removes 0, keeps 1")
        #expect(try await shop.smtp()?.status == .retained)
        #expect(try await shop.smtp().flatMap(topology.detachment) == nil)
        try await shop.engine.topology.adopt(Self.snapshot())
        try await shop.push("c2", more: "drain: 1s")
        #expect(try await shop.settled())
        let after = try await shop.smtp()
        #expect(after?.status == .ready && after?.reason == nil && after?.id == before?.id)
        #expect(after?.outputs == before?.outputs)
        let events = try await shop.durable.storage.read { try $0.events(after: 0, limit: 1000) }.map(\.draft)
        #expect(events.count { $0.type == .resourceRetained } == 1)
        await shop.engine.stop()
    }

    /// The password is recorded before the driver is told of it; the other one waits for its turn meanwhile.
    @Test func itIsTheSameAfterACrash() async throws {
        let faults = Faults { $0.step == "provision" && $0.version == "relay" ? .crash(afterEffect: true) : nil }
        var shop = try await Shop(faults: faults)
        try await shop.push("c1")
        #expect(await eventually { faults.hanging == 1 })
        let before = try await shop.smtp()
        #expect(before?.status == .provisioning)
        await shop.engine.stop()
        shop.engine = TestEngine(shop.durable)
        try await shop.engine.start()
        #expect(try await shop.settled())
        let after = try await shop.smtp()
        #expect(after?.status == .ready && after?.id == before?.id)
        #expect(before?.secretParameters.isEmpty == false && after?.secretParameters == before?.secretParameters)
        #expect(try await shop.newest() == ["succeeded", "succeeded"])
        #expect(shop.provisions == 1)
        await shop.engine.stop()
    }

    /// A version that is no longer wanted leaves nothing half made behind.
    @Test func whatIsBrokenOffIsMadeByTheNext() async throws {
        let isStuck = Setting(true)
        let faults = Faults { call in
            call.step == "provision" && call.version == "relay" && isStuck.current ? .hang : nil
        }
        let shop = try await Shop(faults: faults)
        try await shop.push("c1")
        #expect(await eventually { faults.hanging == 1 })
        let waiting = try await shop.durable.storage.read { try $0.unfinishedDeployments() }
        for deployment in waiting { try await shop.engine.deployments.cancel(deployment.id, actor: "bob") }
        #expect(try await shop.settled())
        #expect(try await shop.smtp()?.status == .failed)
        #expect(try await shop.smtp()?.reason == "the deployment that made it was cancelled")
        isStuck.set(false)
        try await shop.push("c2", more: "drain: 1s")
        #expect(try await shop.settled())
        #expect(try await shop.smtp()?.status == .ready)
        #expect(try await shop.newest() == ["succeeded", "succeeded"])
        await shop.engine.stop()
    }

    /// What files are told with a place, the API is told with the path in its body; a reload that would break it is refused.
    @Test func aWorldByTheAPIIsChecked() async throws {
        let shop = try await Shop()
        let put = { (slug: String) in
            let json: JSONValue = [
                "capabilities": ["local": [:]], "resourceRepositories": ["acme"],
                "shared": ["smtp": ["slug": .string(slug), "params": ["port": 26]]],
            ]
            let body = try ObjectFormat.read(.world, json, name: "lab").get()
            _ = try await shop.engine.objects.put(body, mustBeNew: false, actor: "ada", cause: nil)
        }
        let wrong = await #expect(throws: InvalidObject.self) { try await put("box") }
        #expect(wrong?.path == ["shared", "smtp", "params", "port"])
        #expect(wrong?.message == "no such parameter of the slug 'box'; it has of")
        try await put("relay")
        let topology = shop.durable.topology.current.topology
        let refusal = await #expect(throws: ReloadRefusal.self) {
            try await shop.engine.topology.adopt(
                TopologySnapshot(
                    topology: Self.snapshot().topology,
                    catalogue: ResourceCatalogue([ResourceRepository(name: "acme", definitions: [])])))
        }
        #expect(
            refusal?.problems.map(\.description) == [
                "the world 'lab', made by the API: shared.smtp: there is no slug 'relay' in the world 'lab'; "
                    + "it has no resource repositories"
            ])
        #expect(shop.durable.topology.current.topology == topology)
        await shop.engine.stop()
    }
}
