import Core
import Engine
import Formats
import Model
import Store
import TestSupport
import Testing

/// Environments, sets and targets that the API makes beside the files.
struct ObjectTests {
    private func put(
        _ bench: Bench, _ kind: ObjectKind, _ name: String, _ json: JSONValue, in environment: String? = nil
    ) async throws {
        let body = try ObjectFormat.read(kind, json, name: name, environment: environment).get()
        _ = try await bench.engine.objects.put(body, mustBeNew: false, actor: "ada", cause: nil)
        try await bench.settle()
    }

    private func remove(_ bench: Bench, _ kind: ObjectKind, _ name: String, in environment: String? = nil) async throws
    {
        try await bench.engine.objects.remove(ObjectID(kind, name), in: environment, actor: "ada", cause: nil)
        try await bench.settle()
    }

    /// The sentence of what `body` throws.
    private func refusal(_ body: () async throws -> Void) async -> String {
        do { try await body() } catch let error as ReloadRefusal {
            return error.problems.map(\.description).joined(separator: "\n")
        } catch let error as InvalidObject {
            return "\(error.path.joined(separator: "/")): \(error.message)"
        } catch let error as DeploydError {
            return "\(error.code): \(error.message)"
        } catch {
            return "\(error)"
        }
        return "nothing"
    }

    /// A target by API is as good as one in a file: it gets the version, loses nothing when it goes, and catches up.
    @Test func aNewTargetGetsWhatItsEnvironmentHas() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        try await put(bench, .target, "c", ["world": "w"], in: "development")
        #expect(try await eventually { try await bench.deployments(on: "c") == ["v1 succeeded"] })
        try await remove(bench, .target, "c", in: "development")
        try await bench.deploy("v2", over: "v1")
        let c = InstanceID(application: "hello", target: "c")
        let detached = try await bench.current(c)
        #expect(detached.isDetached && detached.deployed == "v1")
        // Reading the files again changes nothing of it.
        _ = try await bench.engine.topology.adopt(Durable.snapshot(targets: ["a", "b"]))
        try await put(bench, .environment, "development-2", ["targets": []])
        try await put(bench, .target, "c", ["world": "w"], in: "development")
        #expect(try await eventually { try await bench.deployments(on: "c") == ["v1 succeeded", "v2 succeeded"] })
        #expect(try await !bench.current(c).isDetached)
        #expect(
            try await bench.history(
                .targetCreated, .targetDeleted, .environmentCreated, .instanceDetached, .instanceAttached
            ) == [
                "target.created >world w ada", "target.deleted world w> ada", "instance.detached > ada",
                "target.created >world w deployd", "environment.created > ada", "target.created >world w ada",
                "instance.attached > ada",
            ])
        await bench.stop()
    }

    /// A whole environment of the API's: named by a set of the API's, held by a tracked target, gone and back again.
    @Test func environmentsAndSetsComeAndGo() async throws {
        let bench = try await Bench()
        try await put(
            bench, .environment, "qa", ["targets": [["name": "q", "world": "w"], ["name": "t", "world": nil]]])
        try await put(bench, .environmentSet, "web", ["environments": ["development", "qa"]])
        try await bench.deploy("v1", extra: "environmentSets: [web]")
        try await bench.set("v1", environment: "qa")
        #expect(try await eventually { try await bench.deployments(on: "q") == ["v1 succeeded"] })
        #expect(try await bench.current(InstanceID(application: "hello", target: "t")).desired == "v1")
        for (kind, name) in [(ObjectKind.environment, "qa"), (.environmentSet, "web")] {
            let before = bench.durable.topology.current.objects
            try await remove(bench, kind, name)
            #expect(try await bench.current(InstanceID(application: "hello", target: "q")).isDetached)
            for object in before.values where bench.durable.topology.current.objects[object.id] == nil {
                try await put(bench, object.id.kind, object.id.name, object.document)
            }
            #expect(try await !bench.current(InstanceID(application: "hello", target: "q")).isDetached)
        }
        #expect(try await bench.deployments(on: "q") == ["v1 succeeded"])
        await bench.stop()
    }

    private static func files(_ text: String) throws -> TopologySnapshot {
        let file = try WorldFile.parse(Array(text.utf8), file: "w.yaml").get()
        return TopologySnapshot(
            topology: try Topology.assemble([file], repositories: []).get(), catalogue: ResourceCatalogue([]))
    }

    @Test func whatFilesDeclareIsChangedThere() async throws {
        let bench = try await Bench()
        let files = "world: w\n---\nenvironment: qa\ntargets: [{ name: t }]\n"
        _ = try await bench.engine.topology.adopt(try Self.files(files))
        try await put(bench, .target, "u", ["world": "w"], in: "qa")
        // Making it what it is changes nothing.
        try await put(bench, .environment, "prod", ["targets": [["name": "p", "world": "w"]]])
        let known = bench.durable.topology.current.topology
        var refusals: [String] = []
        refusals.append(await refusal { try await put(bench, .environment, "qa", [:]) })
        refusals.append(await refusal { try await remove(bench, .target, "t", in: "qa") })
        refusals.append(await refusal { try await put(bench, .target, "t", ["world": "w"], in: "prod") })
        refusals.append(await refusal { try await put(bench, .target, "p", ["world": "w"], in: "qa") })
        refusals.append(await refusal { try await put(bench, .target, "x", ["world": "v"], in: "qa") })
        refusals.append(await refusal { try await put(bench, .world, "v", ["resourceRepositories": ["r"]]) })
        refusals.append(await refusal { try await remove(bench, .environment, "none") })
        refusals.append(
            await refusal {
                _ = try await bench.engine.topology.adopt(try Self.files(files + "---\nenvironment: prod\n"))
            })
        refusals.append(
            await refusal { _ = try await bench.engine.topology.adopt(try Self.files("environment: other\n")) })
        #expect(
            refusals == [
                "conflict: the environment 'qa' is declared at w.yaml:3 and is changed there; the API changes only what "
                    + "it made",
                "conflict: the target 't' is declared at w.yaml:4; take it out there",
                "conflict: the target 't' belongs to the environment 'qa' already (w.yaml:4); the names of targets are "
                    + "unique on the server",
                "conflict: the target 'p' belongs to the environment 'prod' already (the API); the names of targets are "
                    + "unique on the server",
                "world: there is no world 'v'; there is w",
                "resourceRepositories/0: there is no resource repository 'r'",
                "notFound: no environment 'none'",
                "w.yaml:6:1: the environment 'prod' is declared here, and was made by the API too: take it out of this "
                    + "file, or remove the API's (DELETE /api/v1/environments/prod)",
                "the target 'p' of the environment 'prod' was made by the API and names the world 'w', which nothing "
                    + "describes any more: describe it again, or remove the target "
                    + "(DELETE /api/v1/environments/prod/targets/p)\n"
                    + "the target 'u' of the environment 'qa' was made by the API and names the world 'w', which nothing "
                    + "describes any more: describe it again, or remove the target "
                    + "(DELETE /api/v1/environments/qa/targets/u)",
            ])
        #expect(bench.durable.topology.current.topology == known)
        await bench.stop()
    }

    /// What runs there would be left behind in the old world.
    @Test func aTargetOnWhichSomethingRunsKeepsItsWorld() async throws {
        let bench = try await Bench()
        try await put(bench, .target, "c", ["world": "w"], in: "development")
        try await bench.deploy("v1")
        #expect(
            await refusal { try await put(bench, .target, "c", ["world": nil], in: "development") }
                == "conflict: hello runs on the target 'c' in the world 'w'; make another target, or destroy first what "
                + "runs: `deployd destroy hello --target c`")
        await bench.stop()
    }

    /// What the store refuses is not in force either, and nothing of it is lost at a start.
    @Test func isInForceWhenItIsRecorded() async throws {
        let bench = try await Bench()
        try await bench.restart(refuses: { true })
        await #expect(throws: DeploydError.self) { try await put(bench, .environment, "qa", [:]) }
        #expect(bench.durable.topology.current.topology.environments["qa"] == nil)
        try await bench.restart()
        try await put(bench, .environment, "qa", ["labels": ["a": "b"]])
        let objects = try await bench.durable.storage.read { try $0.declaredObjects() }
        let started = Durable.snapshot(targets: ["a"]).adding(objects)
        #expect(started.topology == bench.durable.topology.current.topology && started.problems == [])
        #expect(started.topology.environments["qa"]?.labels == ["a": "b"])
        await bench.stop()
    }
}
