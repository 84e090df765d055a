import Client
import Core
import Glibc
import HTTPClient
import System
import Testing

/// Services of other shapes than one port in one place.
@Suite(.serialized) struct InstanceTests {
    /// Without a port it counts as healthy when it stays up, and nothing is switched.
    @Test func aWorkerIsReplacedWithoutAnEntrypoint() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one", ports: ""))
            let first = server.processes.services.map(\.pid)
            #expect(first.count == 1)
            #expect(try await project.instance()?.entrypoints == [:])
            let second = try await project.push(TestService(version: "two", ports: ""))
            try await project.reaches("health", of: second)
            try await server.kill()
            try await server.start()
            try await project.runs(second)
            try await server.expect("the first version's process to end") {
                server.processes.services.count == 1 && server.processes.services.map(\.pid) != first
            }
            #expect(try await server.command("logs", "hello").text.hasPrefix("hello two pid"))
        }
    }

    @Test func eachEntrypointHasAnAddressUntilItIsTakenOut() async throws {
        try await withServer { server in
            let ports = "ports: { http: 5000, admin: 5001 }"
            let project = try await Project(server)
            try await project.deploy(
                TestService(version: "one", ports: "\(ports)\nentrypoints: { web: http, ops: admin }"))
            let before = try #require(try await project.instance()?.entrypoints)
            #expect(before.keys.sorted() == ["ops", "web"])
            for entrypoint in before.values {
                #expect(try await server.http.send(.init("GET", entrypoint.url)).text == "one")
            }
            try await project.deploy(TestService(version: "two", ports: "\(ports)\nentrypoints: { web: http }"))
            #expect(try await project.instance()?.entrypoints == before.filter { $0.key == "web" })
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
            let gone = before["ops"]?.url ?? ""
            try await server.expect("the other address to be given up") {
                (try? await server.http.send(.init("GET", gone, timeout: .seconds(10)))) == nil
            }
        }
    }

    /// Two targets of one environment: each gets the version by itself.
    @Test func everyTargetOfAnEnvironmentGetsTheVersion() async throws {
        let worlds = """
            world: left
            capabilities: { deploy:process: {} }
            trusted: true
            targets: [{ environment: test }]
            ---
            world: right
            capabilities: { deploy:process: {} }
            trusted: true
            targets: [{ environment: test }]
            ---
            environmentSet: default
            environments: [test]

            """
        try await withServer({ try $0.write(worlds, to: "worlds/all.yaml") }) { server in
            let left = try await Project(server, target: "left")
            let version = try await left.push(TestService(version: "one"))
            let api = try server.api
            try await server.expect("both instances to run") {
                let targets = try? await api.application("hello").targets
                return targets?.values.filter { $0.version.deployed == version }.count == 2
            }
            let urls = try await api.application("hello").targets.values.compactMap { $0.entrypoints["web"]?.url }
            #expect(Set(urls).count == 2)
            for url in urls { #expect(try await server.http.send(.init("GET", url)).text == "one") }
            #expect(try await server.command("status").text.contains("hello        \(version.prefix(12))"))
            let logs = try await server.command("logs", "hello")
            #expect(logs.errorText.contains("hello has run on left, right; say which with --target"))
            #expect(try await server.command("logs", "hello", "--target", "right").text.contains("hello one pid"))
        }
    }

    @Test(.enabled(if: HiddenHAProxy.isPossible, "SKIPPED: only root can hide HAProxy from one process"))
    func withoutHAProxyItIsSaidWhatToInstall() async throws {
        try await withServer { server in
            try await server.kill()
            try await server.start(behind: HiddenHAProxy.command)
            let project = try await Project(server)
            let version = try await project.push(TestService(version: "one"))
            let refused = try await project.ended(version)
            #expect(refused.status == .failed)
            #expect(refused.reason?.contains("apt-get install haproxy") == true)
            #expect(server.processes.services.isEmpty)
            // Once it is there, somebody says to try again.
            try await server.kill()
            try await server.start()
            _ = try await server.api.retryDeployment(refused.id)
            try await server.expect("the service to answer") { (try? await project.answer()) == "one" }
        }
    }
}

/// A mount namespace in which HAProxy is no program.
private enum HiddenHAProxy {
    static let path = "/usr/sbin/haproxy"
    static let command = [
        "/usr/bin/unshare", "--mount", "/bin/sh", "-c", "mount --bind /dev/null \(path); exec \"$@\"", "sh",
    ]

    static var isPossible: Bool { geteuid() == 0 && access(path, X_OK) == 0 && access(command[0], X_OK) == 0 }
}
