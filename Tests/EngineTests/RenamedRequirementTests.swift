import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// `web` requires `accounts`, which is renamed to `identity`; both are of one repository.
struct RenamedRequirementTests {
    private static let web = InstanceID(application: "web", target: "a")
    private static let accounts = InstanceIdentity(application: "accounts", target: "a")

    private struct Shop {
        let durable: Durable
        let engine: TestEngine

        init() async throws {
            durable = try Durable(topology: Durable.snapshot(targets: ["a"]))
            for name in ["shop", "other"] { try await durable.addRepository("acme/\(name)") }
            engine = TestEngine(durable)
            try await engine.start()
        }

        /// - Parameter accounts: what its file calls it.
        /// - Returns: what became of the delivery.
        func push(_ commit: String, accounts: String, requires: String = "accounts") async throws -> String {
            let web = """
                service: web
                port: 5000
                command: [./run]
                requires: { api: { application: \(requires) } }
                env: { URL: "${requires.api.url}/v1", ME: "${application}" }
                """
            durable.source.commit(
                commit, of: "acme/shop", file: "services: [web, accounts]",
                tree: [
                    "web/deployd.yaml": web, "web/main": commit, "accounts/deployd.yaml": Durable.file(accounts),
                    "accounts/main": "1",
                ])
            return try await deliver(durable.push(commit, over: nil, to: "acme/shop"))
        }

        func deliver(_ delivery: Delivery) async throws -> String {
            _ = try await engine.deliveries.accept(delivery)
            let isSettled = try await eventually {
                try await durable.storage.read { reader in
                    try reader.waitingDeliveryCount() == 0 && reader.unfinishedDeployments().isEmpty
                }
            }
            #expect(isSettled)
            let ended = try await durable.storage.read { try $0.delivery(id: delivery.id) }
            return "\(ended?.status.rawValue ?? ""): \(ended?.reason ?? "")"
        }

        func rename(_ name: String, to newName: String) async throws {
            _ = try await engine.applications.rename(name, to: newName, actor: "bob", cause: nil)
        }

        func instance(_ id: InstanceID) async throws -> Instance {
            try #require(try await durable.storage.read { try $0.instance(id) })
        }

        /// What `web` was given when it was started last.
        var urls: [String] { durable.world.place(web).urls.values.sorted() }
    }

    @Test func whoRequiresItFindsItByTheOldName() async throws {
        let shop = try await Shop()
        #expect(try await shop.push("c1", accounts: "accounts") == "processed: ")
        try await shop.rename("accounts", to: "identity")
        // Its address is the same, so nothing is outdated.
        #expect(await shop.engine.plans.isOutdated(try await shop.instance(Self.web)) == false)
        // The other service is not held up by a file that still has the old name, and that detaches nothing.
        let stale = try await shop.push("c2", accounts: "accounts")
        #expect(
            stale
                == "failed: accounts: the service 'accounts' was renamed to 'identity': write `service: identity` in its "
                + "deployd.yaml (acme/shop (accounts)); the others were released: web")
        let identity = try await shop.instance(InstanceID(application: "identity", target: "a"))
        #expect(!identity.isDetached && identity.identity == Self.accounts && identity.deployed == "c1")
        #expect(try await shop.instance(Self.web).deployed == "c2")
        let listing = try await shop.engine.instances.destruction(of: identity.id)
        #expect(listing.dependents.map(\.name) == ["api"] && listing.dependents.map(\.instance) == [Self.web])

        // Nobody else is given its place behind their back.
        shop.durable.source.commit("o1", of: "acme/other", file: Durable.file("accounts"))
        let other = shop.durable.push("o1", over: nil, to: "acme/other")
        #expect(
            try await shop.deliver(other)
                == "failed: 'accounts' was the name of 'identity', and what is deployed requires it by that: web@a; let "
                + "these require 'identity' first, or choose another name")
        #expect(try await shop.push("c3", accounts: "identity", requires: "identity") == "processed: ")
        #expect(shop.urls == Array(repeating: "http://accounts@a/v1", count: 3))
        // Going back goes by the old name, too.
        _ = try await shop.engine.versions.rollback(
            application: "web", environment: "development", to: "c1", actor: "bob", cause: nil)
        #expect(try await eventually { try await shop.instance(Self.web).deployed == "c1" })
        _ = try await shop.engine.versions.setVersion(
            application: "web", environment: "development", version: "c3", actor: "bob", cause: nil)
        #expect(try await eventually { try await shop.instance(Self.web).deployed == "c3" })
        #expect(
            try await shop.deliver(shop.durable.push("o1", over: nil, to: "acme/other", id: "again")) == "processed: ")
        #expect(
            try await shop.instance(InstanceID(application: "accounts", target: "a")).identity.application
                == "accounts_2")
        #expect(try await shop.instance(Self.web).deployed == "c3")
        await shop.engine.stop()
    }

    /// The name is given to `web` itself, so it has another input.
    @Test func whatIsToldItsNameIsOutdated() async throws {
        let shop = try await Shop()
        #expect(try await shop.push("c1", accounts: "accounts") == "processed: ")
        try await shop.rename("web", to: "front")
        let front = InstanceID(application: "front", target: "a")
        #expect(await shop.engine.plans.isOutdated(try await shop.instance(front)) == true)
        #expect(shop.durable.world.place(Self.web).running.values.sorted() == ["c1"])
        _ = try await shop.engine.plans.deploy(
            application: "front", environment: "development", version: nil, digest: nil, actor: "bob", cause: nil)
        let isDone = try await eventually {
            await shop.engine.plans.isOutdated(try await shop.instance(front)) == false
        }
        #expect(isDone)
        await shop.engine.stop()
    }
}
