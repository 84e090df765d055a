import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

@Suite(.serialized) struct StopAndDestroyTests {
    private static func status(_ url: String, _ server: RunningServer) async -> Int? {
        try? await server.http.send(HTTPClientRequest("GET", url, timeout: .seconds(60))).status
    }

    @Test func whatIsStoppedStaysSoUntilItIsStarted() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.deploy(TestService(version: "one"))
            let url = try await project.entrypoint
            let stopped = try await server.command("stop", "hello")
            #expect(stopped.text == "hello on local is stopped; it is suspended\n", "\(stopped.errorText)")
            #expect(await Self.status(url, server) == 503)
            #expect(server.processes.services.isEmpty)
            let second = try await project.push(TestService(version: "two"))
            try await server.expect("the second version to be wanted") {
                try await project.instance()?.version == .init(desired: second, deployed: first)
            }
            #expect(await server.terminate() == .exited(0))
            // As when the machine is restarted: HAProxy is gone as well.
            #expect(await server.processes.killAll() == [])
            try await server.start()
            try await server.expect("its address to answer") { await Self.status(url, server) == 503 }
            #expect(try await project.instance()?.lifecycle == .stopped)
            #expect(try await project.deployments().count == 1)
            let started = try await server.command("start", "hello", "--target", "local")
            #expect(started.succeeded, "\(started.errorText)")
            try await project.runs(second)
            #expect(try await project.answer() == "two")
            #expect(try await project.entrypoint == url)

            // The same version again, from the record alone.
            let again = [try await server.command("stop", "hello"), try await server.command("start", "hello")]
            #expect(again.map(\.text).last == "hello on local is started; it is healthy\n")
            #expect(try await project.answer() == "two")
            #expect(server.processes.services.count == 1)
            let events = try await project.events().map(\.type).filter { $0.hasPrefix("instance.s") }
            #expect(events == ["instance.stopped", "instance.started", "instance.stopped", "instance.started"])
        }
    }

    @Test func aRestartFailsNoRequest() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let version = try await project.deploy(TestService(version: "one"))
            let pid = try await project.servingPid()
            let load = try await project.load()
            let result = try await server.command("restart", "hello")
            #expect(result.text == "hello on local is restarted; it is healthy\n", "\(result.errorText)")
            let outcome = try await load.stop()
            #expect(outcome.failed == 0 && outcome.total > 0, "\(outcome.reasons)")
            #expect(try await project.servingPid() != pid)
            #expect(server.processes.services.count == 1)
            #expect(try await project.events().count { $0.type == "instance.restarted" && $0.after == version } == 1)
        }
    }

    /// Also when the server is killed in the middle of it.
    @Test(arguments: [false, true]) func whatIsDestroyedIsGone(isKilled: Bool) async throws {
        try await withServer { server in
            let project = try await Project(server)
            // It takes its ten seconds to be stopped, in which the server can be killed.
            let first = try await project.deploy(
                TestService(version: "one", behaviour: isKilled ? [.ignoresSIGTERM] : []))
            let url = try await project.entrypoint
            let refused = try await server.command("destroy", "hello")
            #expect(refused.errorText.contains("--yes") && !refused.succeeded)
            if isKilled {
                _ = try await server.api.destroy("hello", target: "local")
                try await server.expect("the entrypoint to be gone") { await Self.status(url, server) == nil }
                try await server.kill()
                try await server.start()
                try await server.expect("the instance to be gone") { try await project.instance() == nil }
            } else {
                let result = try await server.command("destroy", "hello", "--yes")
                #expect(result.text.contains("stops    version \(first)") && result.text.contains(url))
                #expect(result.text.hasSuffix("hello on local is destroyed\n"), "\(result.errorText)")
            }
            #expect(try await project.instance() == nil)
            #expect(await Self.status(url, server) == nil)
            #expect(server.processes.services.isEmpty)
            #expect(access("\(server.folder.data)/runs/hello", F_OK) != 0)
            try await server.kill()
            try await server.start()
            #expect(try await project.instance() == nil)
            #expect(try await project.events().count { $0.type == "instance.destroyed" && $0.before == first } == 1)

            try await project.deploy(TestService(version: "two"))
            #expect(try await project.answer() == "two")
            #expect(try await project.entrypoint != url)
        }
    }
}
