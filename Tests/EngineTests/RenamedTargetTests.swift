import Core
import Formats
import Model
import Store
import TestSupport
import Testing

@testable import Engine

/// A target's default name changes with the number of environments that its world serves; what runs must not be lost by that.
struct RenamedTargetTests {
    private static func files(_ targets: String) throws -> TopologySnapshot {
        let text = """
            world: development
            trusted: true
            capabilities: { deploy:process: {}, local: {} }
            \(targets)
            resourceRepositories: [acme]
            parameters: { region: eu }
            ---
            environmentSet: default
            environments: [development]
            """
        let file = try WorldFile.parse(Array(text.utf8), file: "w.yaml").get()
        return TopologySnapshot(
            topology: try Topology.assemble([file], repositories: ["acme"]).get(),
            catalogue: Durable.snapshot().catalogue)
    }

    /// A service that runs on the target `development`, whose name nobody wrote.
    private func bench(_ targets: String = "targets: [{ environment: development }]") async throws -> Bench {
        let bench = try await Bench()
        _ = try await bench.engine.topology.adopt(try Self.files(targets))
        try await bench.deploy("v1")
        return bench
    }

    /// What stands against a reload.
    private func refusal(_ bench: Bench, _ targets: String) async throws -> String? {
        do {
            _ = try await bench.engine.topology.adopt(try Self.files(targets))
            return nil
        } catch let refusal as ReloadRefusal {
            return refusal.problems.map(\.description).joined(separator: "\n")
        }
    }

    /// Where the service is, and whether attached.
    private func places(_ bench: Bench) async throws -> [String] {
        try await bench.durable.storage.read { try $0.instances(InstanceFilter()) }.map {
            "\($0.id.target) \($0.deployed ?? "nothing")\($0.isDetached ? ", detached" : "")"
        }.sorted()
    }

    @Test func anotherEnvironmentDoesNotDetachWhatRuns() async throws {
        let bench = try await bench()
        let before = bench.durable.topology.current.topology
        let more = "targets: [{ environment: development }, { environment: production }]"
        #expect(
            try await refusal(bench, more)
                == "w.yaml:4:11: the target of 'development' would be named 'development-development' now, and what hello "
                + "has on 'development' would be detached; write 'name: development' here to keep it, or "
                + "'name: development-development' to detach it")
        #expect(bench.durable.topology.current.topology == before)
        #expect(try await places(bench) == ["development v1"])

        let kept = "targets: [{ name: development, environment: development }, { environment: production }]"
        #expect(try await refusal(bench, kept) == nil)
        #expect(try await places(bench) == ["development v1"])

        // Somebody who writes the name means it.
        let moved =
            "targets: [{ name: development-development, environment: development }, { environment: production }]"
        #expect(try await refusal(bench, moved) == nil)
        try await bench.settle()
        #expect(try await places(bench) == ["development v1, detached", "development-development v1"])
        // What is detached already loses nothing more.
        #expect(try await refusal(bench, more) == nil)
        await bench.stop()
    }

    @Test func oneEnvironmentLessDoesNotDetachWhatRuns() async throws {
        let bench = try await bench("targets: [{ environment: development }, { environment: production }]")
        #expect(try await places(bench) == ["development-development v1"])
        #expect(
            try await refusal(bench, "targets: [{ environment: development }]")
                == "w.yaml:4:11: the target of 'development' would be named 'development' now, and what hello has on "
                + "'development-development' would be detached; write 'name: development-development' here to keep it, or "
                + "'name: development' to detach it")
        #expect(
            try await refusal(bench, "")
                == "w.yaml:1:1: the target of 'development' would be named 'development' now, and what hello has on "
                + "'development-development' would be detached; write "
                + "'targets: [{ name: development-development, environment: development }]' here to keep it, or "
                + "'targets: [{ name: development, environment: development }]' to detach it")
        await bench.stop()
    }

    /// Where nothing was deployed there is nothing to keep.
    @Test func whatHoldsNothingIsRenamed() async throws {
        let bench = try await bench("targets: [{ environment: qa }, { environment: development }]")
        #expect(try await refusal(bench, "targets: [{ environment: qa }]") == nil)
        await bench.stop()
    }

    /// Files may have been changed while the server was down.
    @Test func aStartDoesNotDetachWhatRuns() async throws {
        let bench = try await bench()
        let topology = bench.durable.topology
        topology.replace(with: try Self.files("targets: [{ environment: development }, { environment: production }]"))
        let error = await #expect(throws: DeploydError.self) { try await bench.engine.topology.align() }
        #expect(error?.code == .invalid && error?.message.hasPrefix("w.yaml:4:11: the target of 'development'") == true)
        #expect(try await places(bench) == ["development v1"])
        topology.replace(with: try Self.files("targets: [{ environment: development }]"))
        try await bench.engine.topology.align()
        #expect(try await places(bench) == ["development v1"])
        await bench.stop()
    }

    @Test func theAPIDoesNotDetachWhatRuns() async throws {
        let bench = try await Bench()
        let put = { (targets: JSONValue) in
            let json: JSONValue = [
                "trusted": true, "capabilities": ["deploy:process": [:], "local": [:]], "targets": targets,
                "resourceRepositories": ["acme"], "parameters": ["region": "eu"],
            ]
            let body = try ObjectFormat.read(.world, json, name: "lab").get()
            _ = try await bench.engine.objects.put(body, mustBeNew: false, actor: "ada", cause: nil)
        }
        try await put([["environment": "development"]])
        try await bench.deploy("v1")
        let error = await #expect(throws: DeploydError.self) {
            try await put([["environment": "development"], ["environment": "qa"]])
        }
        #expect(error?.code == .conflict)
        #expect(
            error?.message
                == "the target of 'development' would be named 'lab-development' now, and what hello has on 'lab' would be "
                + "detached; say 'name: lab' to keep it, or 'name: lab-development' to detach it")
        try await put([["name": "lab", "environment": "development"], ["environment": "qa"]])
        #expect(try await places(bench) == ["a v1", "lab v1", "p nothing"])
        await bench.stop()
    }
}
