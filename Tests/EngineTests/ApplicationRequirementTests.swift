import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Services that require each other: `web` requires `accounts`.
struct ApplicationRequirementTests {
    private struct Shop {
        static let accounts = InstanceID(application: "accounts", target: "a")
        static let web = InstanceID(application: "web", target: "a")

        let clock = SkippingClock()
        let durable: Durable
        var engine: TestEngine
        var accounts = "1"
        var accountsFile = Durable.file("accounts")
        var web = "1"

        init(faults: Faults = Faults()) async throws {
            durable = try Durable(clock: clock, topology: Durable.snapshot(targets: ["a"]))
            try await durable.addRepository("acme/shop")
            engine = TestEngine(durable, faults: faults)
            try await engine.start()
        }

        /// One push of whatever changed, processed.
        func push(_ commit: String) async throws {
            let web = """
                service: web
                port: 5000
                command: [./run]
                requires: { api: { application: accounts } }
                env: { URL: "${requires.api.url}/v1" }
                """
            durable.source.commit(
                commit, of: "acme/shop", file: "services: [web, accounts]",
                tree: [
                    "web/deployd.yaml": web, "web/main": self.web, "accounts/deployd.yaml": accountsFile,
                    "accounts/main": accounts,
                ])
            let delivery = durable.push(commit, over: nil, to: "acme/shop")
            _ = try await engine.deliveries.accept(delivery)
            let isProcessed = try await eventually {
                try await durable.storage.read { try $0.delivery(id: delivery.id)?.status } == .processed
            }
            #expect(isProcessed)
        }

        func runs(_ version: String, on id: InstanceID = web) async throws -> Bool {
            try await eventually {
                let (instance, unfinished) = try await durable.storage.read { reader in
                    (try reader.instance(id), try reader.unfinishedDeployments(of: id))
                }
                return instance?.deployed == version && instance?.health == .healthy && unfinished.isEmpty
            }
        }

        /// `STATUS REASON` of each deployment, oldest first.
        func deployments(of id: InstanceID = web) async throws -> [String] {
            try await durable.storage.read { reader in
                try reader.deployments(DeploymentFilter(application: id.application), PageRequest()).items.reversed()
            }.map { $0.reason == nil ? "\($0.status)" : "\($0.status) \($0.reason ?? "")" }
        }

        /// What became of the newest deployment of `web`.
        func becomes(_ beginning: String) async throws -> Bool {
            try await eventually { try await deployments().last?.hasPrefix(beginning) == true }
        }

        func current(_ id: InstanceID) async throws -> Instance {
            try #require(try await durable.storage.read { try $0.instance(id) })
        }
    }

    /// Health is a verdict for some versions of `accounts`.
    private static func faults(failing versions: Set<String>) -> Faults {
        Faults {
            $0.subject == "\(Shop.accounts)" && $0.step == "health" && versions.contains($0.version) ? .verdict : nil
        }
    }

    @Test func onePushOrdersItself() async throws {
        var shop = try await Shop()
        try await shop.push("c1")
        #expect(try await shop.runs("c1"))
        (shop.accounts, shop.web) = ("2", "2")
        try await shop.push("c2")
        #expect(try await shop.runs("c2"))
        let calls = shop.engine.faults.calls
        for version in ["c1", "c2"] {
            let ready = calls.firstIndex { $0 == Call(subject: "\(Shop.accounts)", version: version, step: "switch") }
            let start = calls.firstIndex { $0 == Call(subject: "\(Shop.web)", version: version, step: "start") }
            #expect(try #require(ready) < #require(start), "\(version)")
        }
        #expect(
            shop.durable.world.place(Shop.web).urls.values.sorted() == ["http://accounts@a/v1", "http://accounts@a/v1"])
        // A new version of what it requires starts nothing again.
        shop.accounts = "3"
        try await shop.push("c3")
        #expect(try await shop.runs("c3", on: Shop.accounts))
        await shop.engine.reconcilers.wake(Shop.web)
        #expect(try await shop.runs("c2"))
        #expect(try await shop.deployments() == ["succeeded", "succeeded"])
        #expect(try await shop.engine.plans.isOutdated(shop.current(Shop.web)) == false)
        await shop.engine.stop()
    }

    @Test func itWaitsAndIsWokenWhateverHappensMeanwhile() async throws {
        var shop = try await Shop(faults: Self.faults(failing: ["c1"]))
        try await shop.push("c1")
        let waits = "pending waits for the application accounts on a (requires.api), "
        #expect(try await shop.becomes(waits + "whose deployment failed; see `deployd logs "))
        // A server that died goes on waiting.
        await shop.engine.stop()
        shop.engine = TestEngine(shop.durable, faults: Self.faults(failing: ["c1"]))
        try await shop.engine.start()
        shop.accounts = "2"
        try await shop.push("c2")
        #expect(try await shop.runs("c1"))
        #expect(try await shop.deployments() == ["succeeded"])

        // What runs is looked after while the next version waits.
        _ = try await shop.engine.instances.ask(.stop, of: Shop.accounts, actor: "bob", cause: nil)
        #expect(try await eventually { try await shop.current(Shop.accounts).lifecycle.state == .stopped })
        shop.web = "2"
        try await shop.push("c3")
        #expect(try await shop.becomes(waits + "which is stopped; `deployd start accounts --target a`"))
        shop.durable.world.change(Shop.web) { $0.running = [:] }
        await shop.engine.reconcilers.wake(Shop.web)
        #expect(await eventually { shop.durable.world.place(Shop.web).running.values.first == "revived" })
        #expect(await eventually { await !shop.engine.reconcilers.isBusy(Shop.web) })
        _ = try await shop.engine.instances.ask(.start, of: Shop.accounts, actor: "bob", cause: nil)
        #expect(try await shop.runs("c3"))
        #expect(shop.durable.world.violations.isEmpty)
        await shop.engine.stop()
    }

    @Test func theWaitIsBoundedAndAnAddressThatTurnsUpIsAnInput() async throws {
        var shop = try await Shop(faults: Self.faults(failing: ["c1"]))
        try await shop.push("c1")
        #expect(try await shop.becomes("pending waits"))
        for _ in 0..<4 { try await shop.clock.sleep(for: .seconds(450)) }
        await shop.engine.reconcilers.wake(Shop.web)
        #expect(try await shop.becomes("failed waited 30 minutes for the application accounts on a (requires.api), "))
        #expect(
            try await shop.deployments().last?.hasSuffix(
                "; once that is healthy: `deployd apply web --environment development`") == true)
        await shop.engine.reconcilers.wake(Shop.web)
        #expect(await eventually { await !shop.engine.reconcilers.isBusy(Shop.web) })
        #expect(try await shop.deployments().count == 1)
        shop.accounts = "2"
        try await shop.push("c2")
        #expect(try await shop.runs("c2", on: Shop.accounts))
        await shop.engine.reconcilers.wake(Shop.web)
        #expect(try await shop.runs("c1"))
        await shop.engine.stop()
    }

    @Test func whatIsNotWantedIsNotWaitedFor() async throws {
        let shop = try await Shop(faults: Self.faults(failing: ["c1"]))
        try await shop.push("c1")
        #expect(try await shop.becomes("pending waits"))
        let waiting = try await shop.durable.storage.read { try $0.unfinishedDeployments(of: Shop.web) }
        try await shop.engine.deployments.cancel(try #require(waiting.first).id, actor: "bob")
        #expect(try await shop.deployments() == ["cancelled cancelled by bob"])
        await shop.engine.stop()
    }

    @Test func theListingBeforeDestructionSaysWhoRequiresIt() async throws {
        let shop = try await Shop()
        try await shop.push("c1")
        #expect(try await shop.runs("c1"))
        let dependents = { (id: InstanceID) in
            try await shop.engine.instances.destruction(of: id).dependents.map { "\($0.instance) \($0.name)" }
        }
        #expect(try await [dependents(Shop.accounts), dependents(Shop.web)] == [["web@a api"], []])
        _ = try await shop.engine.instances.ask(.destroy, of: Shop.accounts, actor: "bob", cause: nil)
        #expect(try await eventually { try await shop.durable.storage.read { try $0.instance(Shop.accounts) } == nil })
        // It goes on, and says what would be in the way of the next deployment.
        let plan = try await shop.engine.plans.plan(application: "web", environment: "development", version: nil)
        #expect(
            plan.instances.map(\.refusals) == [
                [
                    "requires.api: 'web' requires the application 'accounts', which was destroyed in development; "
                        + "`deployd set-version accounts --environment development --version c1` makes it anew"
                ]
            ])
        #expect(try await shop.runs("c1"))
        await shop.engine.stop()
    }

    /// Each would wait for the other.
    @Test func aCycleIsRefused() async throws {
        var shop = try await Shop()
        shop.accountsFile = """
            service: accounts
            port: 5000
            command: [./run]
            requires: { site: { application: web } }
            """
        try await shop.push("c1")
        #expect(
            try await shop.becomes(
                "failed the applications 'web' and 'accounts' require each other: web → accounts → web; "
                    + "one of them must do without the other"))
        #expect(
            try await eventually { try await shop.deployments(of: Shop.accounts).last?.hasPrefix("failed") == true })
        await shop.engine.stop()
    }
}
