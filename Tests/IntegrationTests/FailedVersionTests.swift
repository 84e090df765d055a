import Client
import Core
import Testing

/// A version that does not work: its deployment fails and says why, and the version before it goes on serving.
@Suite(.serialized) struct FailedVersionTests {
    struct Failure: Sendable, CustomTestStringConvertible {
        let service: TestService
        /// What the reason says.
        let reason: [String]
        /// The step that fails.
        let step: String

        var testDescription: String { service.version }
    }

    static let failures = [
        Failure(
            service: TestService(version: "does-not-build", behaviour: [.failsToBuild]),
            reason: ["3", "hello.c:3: error: no such thing"], step: "build"),
        Failure(
            service: TestService(version: "exits", behaviour: [.exitsAtOnce]),
            reason: ["status 7", "cannot open the ledger"], step: "health"),
        Failure(
            service: TestService(version: "unhealthy", behaviour: [.isNeverHealthy, .ignoresSIGTERM], deadline: "3s"),
            reason: ["not healthy within 3", "503", "health: the cache is cold"], step: "health"),
    ]

    @Test(arguments: failures) func theOldVersionGoesOnServing(failure: Failure) async throws {
        try await withServer { server in
            let project = try await Project(server)
            let good = try await project.deploy(TestService(version: "good"))
            let pid = try await project.servingPid()
            let load = try await project.load()
            let bad = try await project.push(failure.service)
            let deployment = try await project.ended(bad)
            #expect(deployment.status == .failed)
            for part in failure.reason {
                #expect(deployment.reason?.contains(part) == true, "\(deployment.reason ?? "no reason")")
            }
            #expect(deployment.steps.filter { $0.status == "failed" }.map(\.name) == [failure.step])
            #expect(try await project.servingPid() == pid)
            try await server.expect("the failed version's process to end") { server.processes.services.count == 1 }
            let instance = try await project.instance()
            #expect(instance?.version == .init(desired: bad, deployed: good))
            #expect(instance?.failedDeployment == deployment.id)
            #expect(instance?.health == .healthy)

            // A restart does not try it again.
            try await server.kill()
            try await server.start()
            let fixed = try await project.deploy(TestService(version: "fixed"))
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "\(outcome.reasons)")
            #expect(Set(outcome.answers.keys) == ["good", "fixed"])
            #expect(try await project.events().deployedVersions == [good, fixed])
            #expect(try await project.deployments().filter { $0.version == bad }.count == 1)
        }
    }

    @Test func aFileWithAnErrorFailsItsDelivery() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let good = try await project.deploy(TestService(version: "good"))
            var files = TestService(version: "bad").files
            files["deployd.yaml"] = "service: hello\nprots: { http: 5000 }\n"
            let commit = try await project.repository.push(files)
            let delivery = try await project.processed(try await project.announce(commit))
            #expect(delivery.status == .failed)
            #expect(delivery.reason == "deployd.yaml:2:1: prots: unknown key; did you mean 'ports'?")
            #expect(delivery.deployments.isEmpty)
            #expect(try await project.instance()?.version == .init(desired: good, deployed: good))
            #expect(try await project.answer() == "good")
        }
    }

    @Test func aRequirementThatNobodyMeetsIsRefusedBeforeAnythingChanges() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let version = try await project.push(TestService(version: "one", more: "requires: { users: postgers }"))
            let deployment = try await project.ended(version)
            #expect(deployment.status == .failed)
            #expect(deployment.reason?.contains("postgers") == true)
            #expect(deployment.steps.allSatisfy { $0.startedAt == nil })
            #expect(server.processes.services.isEmpty)
        }
    }
}
