import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// Several processes of one service.
@Suite(.serialized) struct ReplicaTests {
    private static func service(_ version: String, replicas: Int) -> TestService {
        TestService(version: version, more: "replicas: \(replicas)\nupdate: rolling")
    }

    private func pids(_ server: RunningServer) -> Set<Int32> { Set(server.processes.services.map(\.pid)) }

    /// One is killed, the server is killed, the number of replicas changes, and no request fails.
    @Test func versionsOfThreeReplicasFollowOneAnotherUnderLoad() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.deploy(Self.service("one", replicas: 3))
            let url = try await project.entrypoint
            let load = try await project.load(rate: 100)
            let started = pids(server)
            #expect(started.count == 3)

            // The server finds all of them again, and leaves them alone.
            try await server.kill()
            try await server.start()
            try await server.expect("three replicas to be healthy") {
                try await project.instance()?.replicas == .init(healthy: 3, total: 3)
            }
            #expect(pids(server) == started)

            let killed = try #require(started.min())
            Glibc.kill(killed, SIGKILL)
            try await server.expect("another process in its place") {
                pids(server).count == 3 && !pids(server).contains(killed)
            }
            #expect(started.subtracting(pids(server)) == [killed])

            let second = try await project.deploy(Self.service("two", replicas: 3))
            try await server.expect("the first version to be gone") {
                pids(server).count == 3 && pids(server).isDisjoint(with: started)
            }
            try await project.deploy(Self.service("three", replicas: 1))
            try await server.expect("one process") { pids(server).count == 1 }
            _ = try await server.api.setVersion(second, of: "hello", environment: "local")
            try await project.runs(second)
            try await server.expect("three processes") { pids(server).count == 3 }
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "\(outcome.reasons)")
            #expect(Set(outcome.answers.keys) == ["one", "two", "three"])
            #expect(try await project.entrypoint == url)
            #expect(try await project.events().deployedVersions.first == first)
        }
    }

    /// What people see of them, and that they are one instance.
    @Test func severalAreSeenAndHandledAsOneInstance() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(Self.service("one", replicas: 1))
            let second = try await project.push(
                TestService(version: "two", more: "replicas: 2\noverrides: { local: { replicas: 3 } }"))
            try await project.runs(second)
            let deployment = try await project.ended(second)
            let log = try await server.command("logs", deployment.id).text
            #expect(log.contains("replica 3: started in slot b, ports http="))
            let plan = try await server.command("plan", "hello", "--environment", "local")
            #expect(plan.text.contains("again") && !plan.text.contains("replicas"), "\(plan.text)")
            let lines = try await server.command("logs", "hello").text.split(separator: "\n")
            #expect(lines.map { String($0.prefix(17)) } == (1...3).map { "[\($0)] hello two pid" })
            #expect(try await server.command("logs", "hello", "--replica", "2").text.hasPrefix("hello two pid"))
            let missing = try await server.command("logs", "hello", "--replica", "4")
            #expect(missing.errorText.contains("has 3 replicas, and no replica 4"))

            // One hangs where its supervisor does not see it: it is said which, and the others serve.
            let hanging = try #require(pids(server).max())
            Glibc.kill(hanging, SIGSTOP)
            try await server.expect("two of three to be healthy") {
                let instance = try await project.instance()
                return instance?.health == .degraded && instance?.replicas == .init(healthy: 2, total: 3)
            }
            let status = try await server.command("status", "hello").text
            #expect(status.contains("degraded 2/3"), "\(status)")
            #expect(status.contains("local is degraded: 2/3 replicas are healthy; replica "), "\(status)")
            Glibc.kill(hanging, SIGCONT)
            try await server.expect("all to be healthy") {
                try await project.instance()?.replicas == .init(healthy: 3, total: 3)
            }

            #expect(try await server.command("stop", "hello").succeeded)
            #expect(pids(server) == [])
            #expect(try await server.command("status", "hello").text.contains("suspended 0/3"))
            #expect(try await server.command("start", "hello").succeeded)
            let before = pids(server)
            #expect(before.count == 3)
            #expect(try await server.command("restart", "hello").succeeded)
            #expect(pids(server).count == 3 && pids(server).isDisjoint(with: before))
            #expect(try await server.command("destroy", "hello", "--yes").succeeded)
            #expect(server.processes.services.isEmpty)
        }
    }
}
