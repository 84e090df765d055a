import Client
import Core
import Glibc
import System
import TestSupport
import Testing

/// Every input of what runs is changed, one after the other; nothing acts until somebody says so.
@Suite(.serialized) struct InputsTests {
    private struct Edit: Sendable {
        let what: String
        let make: @Sendable (RunningServer) async throws -> Void
    }

    private static func world(region: String = "eu", repositories: String = "[acme]") -> String {
        """
        world: here
        resourceRepositories: \(repositories)
        capabilities: { deploy:process: {}, local: {} }
        trusted: true
        parameters: { region: \(region) }
        """
    }

    private static func definition(length: Int = 16, text: String = "a") -> String {
        """
        slug: token
        capability: local
        parameters: { length: { type: integer, default: \(length) } }
        template: { kind: secret }
        values: { length: "${params.length}" }
        outputs: { text: { value: "\(text) ${world.parameters.region}" } }
        """
    }

    private static let edits = [
        Edit(what: "a parameter of the world") { server in
            try server.folder.write(world(region: "us"), to: "worlds/here.yaml")
        },
        Edit(what: "an output of the definition") { server in
            try server.folder.write(definition(text: "b"), to: "resource-repos/acme/token.yaml")
        },
        Edit(what: "the default of a parameter") { server in
            try server.folder.write(definition(length: 24, text: "b"), to: "resource-repos/acme/token.yaml")
        },
        Edit(what: "a nearer repository") { server in
            try server.folder.write("repository: near\n", to: "resource-repos/near/repository.yaml")
            try server.folder.write(definition(length: 24, text: "c"), to: "resource-repos/near/token.yaml")
            try server.folder.write(world(region: "us", repositories: "[near, acme]"), to: "worlds/here.yaml")
        },
        Edit(what: "a secret") { server in
            let set = try await server.command(
                "secret", "set", "hello", "KEY", "--environment", "here", input: "second\n")
            #expect(set.succeeded, "\(set.errorText)")
        },
    ]

    @Test func nothingActsUntilSomebodySaysSo() async throws {
        try await withServer({ folder in
            try folder.write(Self.world(), to: "worlds/here.yaml")
            try folder.write("environmentSet: default\nenvironments: [here]\n", to: "worlds/sets.yaml")
            try folder.write("repository: acme\n", to: "resource-repos/acme/repository.yaml")
            try folder.write(Self.definition(), to: "resource-repos/acme/token.yaml")
        }) { server in
            let project = try await Project(server, target: "here")
            let more = """
                requires: { token: token }
                secrets: [KEY]
                env: { TEXT: "${requires.token.text}" }
                """
            let version = try await project.push(TestService(version: "one", more: more))
            #expect(try await project.ended(version).status == .failed)
            let set = try await server.command("secret", "set", "hello", "KEY", "--environment", "here", input: "first")
            #expect(set.succeeded, "\(set.errorText)")
            try await server.expect("the version to run") {
                try await project.deployments().first?.status == .succeeded
            }

            let before = try await Self.sighting(of: project)
            #expect(before.text == "a eu" && before.key == "first")
            try await editAll(server, project, before)
            try await restartAndSweep(server, project)
            #expect(try await Self.sighting(of: project) == before)
            #expect(try await project.instance()?.outdated == true)

            let apply = try await server.command("apply", "hello", "--environment", "here")
            #expect(apply.succeeded, "\(apply.errorText)")
            try await server.expect("the new one to serve") { try await project.servingPid() != before.pid }
            let after = try await Self.sighting(of: project)
            #expect(after.text == "c us" && after.key == "second" && after.versions == before.versions)
            #expect(try await project.instance()?.outdated == false)
        }
    }

    private func editAll(_ server: RunningServer, _ project: Project, _ before: Sighting) async throws {
        let api = try server.api
        let request = Wire.PlanRequest(application: "hello", environment: "here")
        var digests = [try await api.plan(request).digest]
        for edit in Self.edits {
            try await edit.make(server)
            server.signal(SIGHUP)
            try await server.expect("\(edit.what) to change the plan") {
                try await !digests.contains(api.plan(request).digest)
            }
            digests.append(try await api.plan(request).digest)
            #expect(try await Self.sighting(of: project) == before, "\(edit.what)")
        }
    }

    private func restartAndSweep(_ server: RunningServer, _ project: Project) async throws {
        #expect(await server.terminate() == .exited(0))
        try await server.start()
        for repository in try await server.api.repositories().items {
            _ = try await server.api.sweepRepository(repository.id)
        }
        server.signal(SIGHUP)
        try await server.expect("the sweep to be over") {
            try await server.api.deliveries(limit: 100).items.allSatisfy(\.status.isFinal)
        }
    }

    /// What a reload, a restart or a sweep must not change.
    private struct Sighting: Equatable {
        let pid: Int32?
        let text: String
        let key: String
        let deployments: Int
        /// Each version that was wanted or deployed.
        let versions: [String]
    }

    private static func sighting(of project: Project) async throws -> Sighting {
        let types: Set<String> = ["version.desired", "version.deployed"]
        return Sighting(
            pid: try await project.servingPid(), text: try await project.answer("/variable/TEXT"),
            key: try await project.answer("/variable/KEY"), deployments: try await project.deployments().count,
            versions: try await project.events().filter { types.contains($0.type) }.map {
                "\($0.type) \($0.after ?? "")"
            })
    }
}
