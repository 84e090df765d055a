import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

@Suite(.serialized) struct LifecycleTests {
    @Test func whatRunsOutlivesTheServer() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let pid = try await project.servingPid()
            let load = try await project.load(rate: 50)
            let supervisors = Set(server.processes.supervisors.map(\.pid))
            #expect(await server.terminate() == .exited(0))
            #expect(Set(server.processes.supervisors.map(\.pid)) == supervisors)
            try await server.start()
            try await server.kill()
            try await server.start()
            try await server.expect("the instance to be healthy") {
                try await project.instance()?.health == .healthy
            }
            #expect(try await project.servingPid() == pid)
            #expect(Set(server.processes.supervisors.map(\.pid)) == supervisors)
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "\(outcome.reasons)")
            #expect(try await project.deployments().count == 1)
        }
    }

    /// A new program under the old name: the running server starts supervisors of it, and the next server finds those of
    /// both.
    @Test func theProgramIsReplacedWhileItRuns() async throws {
        let folder = try ServerFolder()
        let program = "\(folder.path)/deployd"
        let server = try RunningServer(folder, program: program)
        let install = Command(
            "cp", ["--remove-destination", BuiltProgram.deployd, program], environment: server.environment)
        let isInstalled = try await server.runner.run(install, deadline: .seconds(60), outputLimit: 1024).succeeded
        #expect(isInstalled)
        try await withServer(server) {
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let load = try await project.load(rate: 50)
            let isReplaced = try await server.runner.run(install, deadline: .seconds(60), outputLimit: 1024).succeeded
            #expect(isReplaced)
            try await project.deploy(TestService(version: "two"))
            #expect(await server.terminate() == .exited(0))
            try await server.start()
            try await project.deploy(TestService(version: "three"))
            try await server.expect("the third version to answer") { try await project.answer() == "three" }
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "\(outcome.reasons)")
            #expect(Set(outcome.answers.keys) == ["one", "two", "three"])
        }
    }

    /// Streams that never end by themselves do not keep it.
    @Test func sigtermEndsAServerThatIsListenedTo() async throws {
        try await withServer { server in
            let request = HTTPClientRequest(
                "GET", "\(server.url)/api/v1/events/stream", headers: [("Authorization", "Bearer \(server.token)")])
            let stream = try await server.http.stream(request)
            #expect(stream.status == 200)
            #expect(await server.terminate() == .exited(0))
        }
    }

    @Test func aServiceThatIsKilledComesBack() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let version = try await project.deploy(TestService(version: "one"))
            guard let pid = try await project.servingPid() else { throw RunningServer.Failure("no pid", server) }
            Glibc.kill(pid, SIGKILL)
            try await server.expect("another process to serve") {
                let answer = try? await project.servingPid()
                return answer != nil && answer != pid
            }
            try await server.expect("the instance to be healthy") {
                try await project.instance()?.health == .healthy
            }
            #expect(try await project.instance()?.version == .init(desired: version, deployed: version))
            #expect(try await project.deployments().count == 1)
        }
    }

    /// Also when its supervisor is killed with it, and the server is not there.
    @Test func whatIsMissingIsStartedAgain() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            try await server.kill()
            #expect(await server.processes.killAll() == [])
            try await server.start()
            try await server.expect("the service to answer again") { (try? await project.answer()) == "one" }
            try await server.expect("the instance to be healthy") {
                try await project.instance()?.health == .healthy
            }
            #expect(server.processes.services.count == 1)
        }
    }
}
