import Core
import Engine
import Formats
import Model
import Store
import TestSupport
import Testing

/// Applications that people make, change and delete.
struct ApplicationTests {
    private func put(_ bench: Bench, _ json: JSONValue, name: String = "ledger") async throws -> Bool {
        let body = try ApplicationFormat.read(json, name: name).get()
        let isNew = try await bench.engine.applications.put(
            body, mustBeNew: false, actor: "bob", cause: nil
        ).isNew
        try await bench.settle()
        return isNew
    }

    private func places(_ bench: Bench, of name: String = "ledger") async throws -> [String] {
        try await bench.durable.storage.read { try $0.instances(InstanceFilter(application: name)) }
            .map { "\($0.id.target)\($0.isDetached ? " detached" : "")" }
    }

    private func refusal(_ body: () async throws -> Void) async -> String {
        do { try await body() } catch let error as InvalidObject {
            return "\(error.path.joined(separator: "/")): \(error.message)"
        } catch {
            return (error as? DeploydError).map { "\($0.code): \($0.message)" } ?? "\(error)"
        }
        return "nothing"
    }

    @Test func goesWhereItsSettingsSay() async throws {
        let bench = try await Bench()
        #expect(try await put(bench, ["description": "Counts"]))
        #expect(try await places(bench) == ["a", "p"])
        #expect(try await !put(bench, ["environments": ["development"]]))
        #expect(try await places(bench) == ["a", "p detached"])
        #expect(try await !put(bench, ["environments": ["development"]]))
        #expect(
            try await bench.history(.applicationCreated, .applicationChanged, .instanceDetached) == [
                "application.created > bob", "application.changed > bob", "instance.detached > bob",
            ])
        #expect(
            await refusal { _ = try await put(bench, ["environmentSets": ["default", "defalt"]]) }
                == "environmentSets/1: there is no environment set 'defalt'; did you mean 'default'?")
        #expect(
            await refusal { _ = try await put(bench, ["environments": ["production", "production", "qa"]]) }
                == "environments/2: there is no environment 'qa'; there is development, production")
        await bench.stop()
    }

    /// Its repository says what it is.
    @Test func whatARepositoryDeclaresIsChangedThere() async throws {
        let bench = try await Bench()
        #expect(try await put(bench, ["environments": ["production"]], name: "hello"))
        try await bench.deploy("v1")
        #expect(try await places(bench, of: "hello") == ["a", "p"])
        #expect(
            await refusal { _ = try await put(bench, ["description": "Mine"], name: "hello") }
                == "conflict: the application 'hello' belongs to acme/hello, whose deployd.yaml says what it is and where "
                + "it goes: change it there")
        // Saying the same is no change.
        #expect(try await !put(bench, [:], name: "hello"))
        await bench.stop()
    }

    /// Nothing that runs is forgotten, and nothing comes back by itself.
    @Test func isForgottenWithoutInstancesOnly() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        let engine = bench.engine
        let delete = { try await engine.applications.delete("hello", actor: "bob", cause: nil) }
        #expect(
            await refusal { try await delete() }
                == "conflict: hello has instances, which are destroyed first: `deployd destroy hello --target a`, "
                + "`deployd destroy hello --target p`")
        for target in ["a", "p"] {
            _ = try await engine.instances.ask(
                .destroy, of: InstanceID(application: "hello", target: target), actor: "bob", cause: nil)
        }
        #expect(try await eventually { try await places(bench, of: "hello") == [] })
        try await delete()
        #expect(await refusal { try await delete() } == "notFound: no application 'hello'")
        #expect(try await bench.deployments() == ["v1 succeeded"])
        // One of its name begins anew.
        #expect(try await put(bench, [:], name: "hello"))
        #expect(try await places(bench, of: "hello") == [])
        let versions = try await bench.durable.storage.read { try $0.environmentVersions(of: "hello") }
        #expect(versions == [])
        try await bench.set("v1")
        try await bench.settle()
        #expect(try await bench.deployments() == ["v1 succeeded", "v1 succeeded"])
        #expect(try await bench.history(.applicationDeleted) == ["application.deleted > bob"])
        await bench.stop()
    }
}
