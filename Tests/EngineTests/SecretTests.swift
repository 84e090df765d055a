import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Secrets that people set: a version waits for them, and what runs keeps what it was given.
struct SecretTests {
    private static let place = ApplicationSecret.Place(application: "hello", environment: "development")
    private static let file = """
        service: hello
        port: 5000
        command: [./run]
        requires: { users: value }
        secrets: [URL]
        """

    private func set(_ value: String, _ bench: Bench) async throws -> Bool {
        let isNew = try await bench.engine.secrets.set(
            "URL", to: Secret(value), in: Self.place, actor: "bob", cause: nil)
        try await bench.settle()
        return isNew
    }

    /// What the version that serves was given.
    private func given(_ bench: Bench) -> String? {
        let place = bench.world.place(Bench.instance)
        return place.pointer.flatMap { place.urls[$0] }
    }

    @Test func aVersionWaitsForItsSecrets() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1", file: Self.file)
        let refused = try #require(try await bench.all().last)
        #expect(
            refused.reason
                == "the secret URL is not set: run `deployd secret set hello URL --environment development`")
        #expect(refused.status == .failed && refused.steps.isEmpty && bench.running == [])
        #expect(try await bench.durable.storage.read { try $0.resources(of: Bench.instance) } == [])
        // Nothing that another look would change.
        await bench.wake()
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 failed"])

        #expect(try await set("hunter2-one", bench))
        #expect(try await bench.deployments() == ["v1 failed", "v1 succeeded"])
        #expect(given(bench) == "hunter2-one")
        #expect(try await bench.history(.secretSet, .secretRemoved) == ["secret.set >URL bob"])
        await bench.stop()
    }

    @Test func anotherValueActsWhenSomebodySaysSo() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1", file: Durable.file("hello"))
        _ = try await set("hunter2-one", bench)
        // It names no secret.
        #expect(await bench.engine.plans.isOutdated(try await bench.current()) == false)
        try await bench.deploy("v2", over: "v1", file: Self.file)
        let before = try await bench.current()
        #expect(given(bench) == "hunter2-one" && before.secrets.keys.sorted() == ["URL"])

        // The same again is no change.
        #expect(try await set("hunter2-one", bench) == false)
        #expect(await bench.engine.plans.isOutdated(before) == false)
        #expect(try await set("hunter2-two", bench) == false)
        #expect(try await bench.current() == before && given(bench) == "hunter2-one")
        #expect(await bench.engine.plans.isOutdated(before) == true)
        let plan = try await bench.engine.plans.plan(
            application: "hello", environment: "development", version: nil)
        #expect(
            plan.instances[0].actions.last { $0.kind == .workload }?.detail
                == "version v2 again; changes the secret URL")

        _ = try await bench.engine.plans.deploy(
            application: "hello", environment: "development", version: nil, digest: plan.digest, actor: "bob",
            cause: nil)
        try await bench.settle()
        #expect(given(bench) == "hunter2-two")
        #expect(await bench.engine.plans.isOutdated(try await bench.current()) == false)
        #expect(try await bench.history(.secretSet) == ["secret.set >URL bob", "secret.set >URL bob"])

        try await bench.engine.secrets.remove("URL", in: Self.place, actor: "bob", cause: nil)
        try await bench.settle()
        #expect(given(bench) == "hunter2-two" && bench.serving == "v2")
        #expect(try await bench.history(.secretRemoved) == ["secret.removed URL> bob"])
        #expect(!"\(try await bench.all())\(bench.durable.logs.all)".contains("hunter2"))
        await bench.stop()
    }

    @Test func whatIsUnusedIsSaid() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1", file: Self.file)
        _ = try await set("hunter2-one", bench)
        _ = try await bench.engine.secrets.set(
            "OLD", to: Secret("x"), in: Self.place, actor: "bob", cause: nil)
        let listed = try await bench.engine.secrets.list(in: Self.place)
        #expect(listed.map(\.secret.name) == ["OLD", "URL"] && listed.map(\.isUsed) == [false, true])
        // The version that runs still names it.
        try await bench.deploy("v2", over: "v1", file: Durable.file("hello"))
        #expect(try await bench.engine.secrets.secret("URL", in: Self.place).isUsed == false)
        await bench.stop()
    }

    @Test(arguments: [
        ("helo", "development", "no application 'helo'; did you mean 'hello'?"),
        ("ledger", "development", "no application 'ledger'; a push of its repository makes one"),
        ("hello", "develpment", "hello has no environment 'develpment'; did you mean 'development'?"),
        ("hello", "qa", "hello has no environment 'qa'; it has development, production"),
    ])
    func whereThereIsNothingIsSaidWhatThereIs(application: String, environment: String, message: String) async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        let place = ApplicationSecret.Place(application: application, environment: environment)
        let secrets = bench.engine.secrets
        let asked: [() async throws -> Void] = [
            { _ = try await secrets.set("A", to: Secret("x"), in: place, actor: "bob", cause: nil) },
            { _ = try await secrets.list(in: place) },
            { try await secrets.remove("A", in: place, actor: "bob", cause: nil) },
        ]
        for ask in asked {
            let error = await #expect(throws: DeploydError.self) { try await ask() }
            #expect(error?.code == .notFound && error?.message == message)
        }
        await bench.stop()
    }
}
