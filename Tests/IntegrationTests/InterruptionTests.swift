import Client
import Core
import Glibc
import TestSupport
import Testing

/// Deployments that do not come to their end, and versions that come back.
@Suite(.serialized) struct InterruptionTests {
    @Test func aNewerVersionTakesOverFromOneThatIsStillBuilt() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let gate = "\(server.folder.path)/gate"
            try writeFile("", to: gate)
            let first = try await project.push(TestService(version: "one", behaviour: [.buildWaits(for: gate)]))
            try await server.expect("the build to run") { access("\(gate).waits", F_OK) == 0 }
            let second = try await project.deploy(TestService(version: "two"))
            #expect(try await project.ended(first).status == .superseded)
            #expect(try await project.events().deployedVersions == [second])
            try await server.expect("the build to end") { server.processes.services.count == 1 }
        }
    }

    @Test func aDeploymentIsCancelledAndTriedAgain() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let good = try await project.deploy(TestService(version: "one"))
            let gate = "\(server.folder.path)/gate"
            try writeFile("", to: gate)
            let second = try await project.push(TestService(version: "two", behaviour: [.buildWaits(for: gate)]))
            try await server.expect("the build to run") { access("\(gate).waits", F_OK) == 0 }
            let deployment = try #require(try await project.deployments().first { $0.version == second })
            _ = try await server.api.cancelDeployment(deployment.id)
            #expect(try await project.ended(second).status == .cancelled)
            #expect(try await project.instance()?.version == .init(desired: second, deployed: good))
            // Not even a restart tries it again by itself.
            #expect(await server.terminate() == .exited(0))
            try await server.start()
            try await server.expect("the instance to be looked at") {
                try await project.instance()?.health == .healthy
            }
            #expect(try await project.deployments().count == 2)
            unlink(gate)
            _ = try await server.api.retryDeployment(deployment.id)
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
        }
    }

    /// The branch says what runs, also when it goes back.
    @Test func anOlderCommitComesBackWithoutBeingBuiltAgain() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.deploy(TestService(version: "one"))
            let second = try await project.deploy(TestService(version: "two"))
            try await project.repository.force(first)
            _ = try await project.processed(try await project.announce(first))
            try await server.expect("the first version to answer again") { try await project.answer() == "one" }
            try await project.runs(first)
            #expect(try await project.events().deployedVersions == [first, second, first])
            let log = String(
                decoding: try await server.api.deploymentLog(try #require(try await project.deployments().first?.id)),
                as: UTF8.self)
            #expect(!log.contains("building one"), "\(log)")
        }
    }

    @Test func onlyTheDefaultBranchIsDeployed() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.deploy(TestService(version: "one"))
            let commit = try await project.repository.push(TestService(version: "two").files, branch: "feature")
            let answer = try await project.sender.send(project.sender.push(commit, branch: "feature"))
            let delivery = try await project.processed(answer.delivery ?? "")
            #expect(delivery.status == .ignored)
            #expect(delivery.reason?.hasPrefix("no trigger of hello names ") == true, "\(delivery.reason ?? "")")
            #expect(try await project.instance()?.version == .init(desired: first, deployed: first))
        }
    }

    @Test func anApplicationBelongsToTheRepositoryThatDeclaredIt() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let other = try await Project(server, repository: "acme/thief")
            let commit = try await other.repository.push(TestService(version: "stolen").files)
            let delivery = try await other.processed(try await other.announce(commit))
            #expect(delivery.status == .failed)
            #expect(delivery.reason?.contains("belongs to acme/hello; acme/thief cannot declare it too") == true)
            #expect(try await project.answer() == "one")
        }
    }
}
