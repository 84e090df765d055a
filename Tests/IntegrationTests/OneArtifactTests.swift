import Client
import Core
import Glibc
import System
import Testing

/// One commit under several versions is one artifact, built once.
@Suite(.serialized) struct OneArtifactTests {
    private static let worlds = """
        world: here
        trusted: true
        capabilities: { deploy:process: {} }
        targets: [{ environment: development }, { environment: staging }]
        ---
        environmentSet: default
        environments: [development, staging]

        """
    private static let triggers = """
        triggers:
          - { branch: main, environment: development }
          - { tag: "v*", environment: staging }
        """

    @Test func aBranchAndTagsOfOneCommitAreBuiltOnce() async throws {
        try await withServer({ try $0.write(Self.worlds, to: "worlds/here.yaml") }) { server in
            let project = try await Project(server, target: "here-development")
            let gate = "\(server.folder.path)/gate"
            try writeFile("", to: gate)
            let service = TestService(version: "one", behaviour: [.buildWaits(for: gate)], more: Self.triggers)
            let commit = try await project.repository.push(service.files)
            try await project.announce(commit)
            try await server.expect("the build") { access("\(gate).waits", F_OK) == 0 }
            // A tag comes while the branch's version is built; both wait for one build.
            let tag = try await project.repository.tag("v1")
            try await project.announce(tag, reference: "refs/tags/v1")
            let staging = StagedInstance(project: project, target: "here-staging")
            try await staging.reaches("build", "v1")
            unlink(gate)
            try await project.runs(commit)
            try await staging.runs("v1")
            // Another one comes when it was built.
            let later = try await project.repository.tag("v2", annotated: true)
            try await project.announce(later, reference: "refs/tags/v2")
            try await staging.runs("v2")

            var builds: [String] = []
            for deployment in try await project.deployments() {
                let log = String(decoding: try await server.api.deploymentLog(deployment.id), as: UTF8.self)
                if log.contains("building one") { builds.append(deployment.version) }
            }
            #expect(builds.count == 1, "\(builds)")
            let releases = try await server.api.releases("hello").items
            #expect(releases.map(\.version) == ["v2", "v1", commit] && Set(releases.map(\.commit)) == [commit])
            let artifacts = try await server.runner.run(
                Command("ls", ["\(server.folder.data)/artifacts/hello"], environment: server.environment),
                deadline: .seconds(60), outputLimit: 4096)
            #expect(artifacts.text == "commit-\(commit)\n")
            #expect(try await project.answer() == "one")
        }
    }

    /// The archive of a pushed folder goes once it is released.
    @Test func aPushedFolderIsNotRedeliveredButSetAgain() async throws {
        try await withServer { server in
            for (path, text) in TestService(version: "folder").files {
                try server.folder.write(text, to: "code/\(path)")
            }
            let push = try await server.command("push", "code", "--output", "json")
            #expect(push.succeeded, "\(push.errorText)")
            let delivery = try #require(try await server.api.deliveries().items.first)
            let version = try #require(try await server.api.releases("hello").items.first?.version)
            let refused = try await server.command("redeliver", delivery.id)
            #expect(
                refused.errorText.contains(
                    "was released as \(version): push it again, or `deployd set-version hello --environment local "
                        + "--version \(version)`"))
        }
    }
}

/// What becomes of the versions on another target.
private struct StagedInstance {
    let project: Project
    let target: String

    func runs(_ version: String) async throws {
        try await project.server.expect("\(version) to run on \(target)") {
            let instance = try? await project.server.api.instance(project.application, target: target)
            return instance?.version == .init(desired: version, deployed: version) && instance?.health == .healthy
        }
    }

    func reaches(_ step: String, _ version: String) async throws {
        try await project.server.expect("the step '\(step)' of \(version)") {
            let deployments = try await project.deployments().filter { $0.target == target && $0.version == version }
            return deployments.contains { $0.steps.contains { $0.name == step && $0.startedAt != nil } }
        }
    }
}
