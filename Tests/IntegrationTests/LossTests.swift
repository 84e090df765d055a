import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// What runs beside the server dies: it comes back, and what was lost is said.
@Suite(.serialized) struct LossTests {
    private func proxies(_ server: RunningServer) -> [ProcessList.Entry] {
        server.processes.all.filter { $0.workingDirectory.hasSuffix("/haproxy") }
    }

    private func supervisors(_ server: RunningServer, of part: String) -> [ProcessList.Entry] {
        server.processes.supervisors.filter { $0.words.last?.contains(part) == true }
    }

    /// By its supervisor, within a second or so; requests fail in between and only then, and the history says so.
    @Test func aProxyThatIsKilledComesBackAndIsTold() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let pid = try await project.servingPid()
            let load = try await project.load(rate: 100)
            // Looked at every five seconds: one that was never seen is not missed.
            try await Task.sleep(for: .seconds(15))
            proxies(server).forEach { Glibc.kill($0.pid, SIGKILL) }
            try await server.expect("the entrypoint to answer") { (try? await project.answer()) == "one" }
            try await server.expect("an event") {
                try await project.events().contains { $0.type == "entrypoints.restarted" }
            }
            let outcome = try await load.stop()
            // The gap and only that: what failed is a small part, and the same process serves before and after.
            #expect(outcome.failed > 0 && outcome.failed < outcome.total, "\(outcome)")
            #expect(try await project.servingPid() == pid)
            let after = try await project.load(rate: 100)
            try await Task.sleep(for: .seconds(2))
            let quiet = try await after.stop()
            #expect(quiet.failed == 0 && quiet.total > 0, "\(quiet.reasons)")
            let told = try await project.events().filter { $0.type == "entrypoints.restarted" }
            #expect(
                told.map { $0.detail?.contains(", and was started again; requests that it had were cut") } == [true],
                "\(told)")
            #expect(try await server.command("events").text.contains("entrypoints.restarted"))
        }
    }

    /// Everything but the data: as after a crash of the machine, with another program on the service's stable port.
    @Test func allComesBackOnceItsPortIsFree() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let url = try await project.entrypoint
            let port = try #require(url.split(separator: ":").last)
            try await server.kill()
            #expect(await server.processes.killAll() == [])
            let thief = try ChildProcess(
                ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", String(port)],
                environment: server.environment, output: "/dev/null", errors: "/dev/null")
            try await server.start()
            let reason = """
                entrypoints: the entrypoint hello.local.web: 127.0.0.1:\(port) cannot be listened on: Address already in \
                use by python3 (process \(thief.pid)): end it
                """
            try await server.expect("the reason") {
                let instance = try await project.instance()
                return instance?.health == .degraded && instance?.healthReason == reason
            }
            let status = try await server.command("status", "hello").text
            #expect(status.contains(reason), "\(status)")
            thief.signal(SIGKILL)
            _ = await thief.wait()
            try await server.expect("the entrypoint to answer") { (try? await project.answer()) == "one" }
            try await server.expect("it to be healthy") { try await project.instance()?.health == .healthy }
            #expect(try await project.entrypoint == url && server.processes.services.count == 1)
            let told = try await project.events().filter { $0.type == "entrypoints.restarted" }
            #expect(told.map { $0.detail?.hasPrefix("HAProxy did not run, and was started again") } == [true])
        }
    }

    /// The service goes on without it, also what it prints; the next one ends it and starts another, which is told.
    @Test func aSupervisorThatIsKilledWhileTheServerIsDeadIsReplaced() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            let pid = try await project.servingPid()
            try await server.kill()
            for name in ["/runs/", "/haproxy/run"] {
                supervisors(server, of: name).forEach { Glibc.kill($0.pid, SIGKILL) }
            }
            #expect(server.processes.services.map(\.pid) == [pid])
            try await server.start()
            try await server.expect("another process to serve") {
                let answer = try? await project.servingPid()
                return answer != nil && answer != pid
            }
            try await server.expect("one process to be left") { server.processes.services.count == 1 }
            try await server.expect("it to be healthy") { try await project.instance()?.health == .healthy }
            let told = try await project.events().filter { $0.type == "health.changed" }
            #expect(told.contains { $0.after == "missing" && $0.detail == "its supervisor is gone" }, "\(told)")
            // The lines of both, in one log.
            let log = try await server.command("logs", "hello").text
            #expect(log.split(separator: "\n").count { $0.hasPrefix("hello one pid") } == 2, "\(log)")
            // HAProxy goes on without its own, so that no request is cut; the server starts it anew once it has ended.
            proxies(server).forEach { Glibc.kill($0.pid, SIGKILL) }
            try await server.expect("the entrypoint to answer") { (try? await project.answer()) == "one" }
            try await server.expect("supervisors for both") {
                supervisors(server, of: "/runs/").count == 1 && supervisors(server, of: "/haproxy/run").count == 1
            }
        }
    }
}
