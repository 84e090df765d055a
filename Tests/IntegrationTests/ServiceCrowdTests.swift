import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// Many services of one server at once.
@Suite(.serialized) struct ServiceCrowdTests {
    private static let count = 40
    private static let names = (1...count).map { "s\($0)" }

    /// One push of forty services, and a machine that is restarted with all of them: each becomes healthy, on ports of its
    /// own, and none fails only because of the others.
    @Test func fortyServicesStartAtOnce() async throws {
        try await withServer { server in
            let project = try await Project(server, repository: "acme/shop")
            var files = ["deployd.yaml": "services: [\"services/*\"]\n"]
            for name in Self.names {
                for (path, text) in TestService(version: name, name: name).files {
                    files["services/\(name)/\(path)"] = text
                }
            }
            let commit = try await project.repository.push(files)
            let delivery = try await project.processed(try await project.announce(commit))
            #expect(delivery.status == .processed && delivery.deployments.count == Self.count, "\(delivery)")
            try await runs(commit, server)
            #expect(try await server.api.deployments(limit: 500).items.allSatisfy { $0.status == .succeeded })
            let urls = try await entrypoints(server)
            #expect(Set(urls.values).count == Self.count)
            #expect(server.processes.services.count == Self.count)
            let all = Dictionary(uniqueKeysWithValues: Self.names.map { ($0, $0) })
            #expect(try await answers(urls, server) == all)

            #expect(await server.terminate() == .exited(0))
            #expect(await server.processes.killAll() == [])
            try await server.start()
            try await runs(commit, server)
            try await server.expect("every entrypoint to answer", within: .seconds(300)) {
                try await answers(urls, server) == all
            }
            #expect(try await entrypoints(server) == urls)
            #expect(try await server.api.deployments(limit: 500).items.count == Self.count)
            #expect(server.processes.services.count == Self.count)
        }
    }

    /// Waits until every service runs its version and is healthy.
    private func runs(_ version: String, _ server: RunningServer) async throws {
        let api = try server.api
        try await server.expect("all to be healthy", within: .seconds(400)) {
            let items = try await api.instances(limit: 500).items
            return items.count == Self.count
                && items.allSatisfy {
                    $0.health == .healthy && $0.version == .init(desired: version, deployed: version)
                }
        }
    }

    private func entrypoints(_ server: RunningServer) async throws -> [String: String] {
        let items = try await server.api.instances(limit: 500).items
        return Dictionary(
            uniqueKeysWithValues: items.compactMap { item in item.entrypoints["web"].map { (item.application, $0.url) }
            })
    }

    private func answers(_ urls: [String: String], _ server: RunningServer) async throws -> [String: String] {
        var answers: [String: String] = [:]
        for (name, url) in urls {
            answers[name] = try? await server.http.send(HTTPClientRequest("GET", "\(url)/", timeout: .seconds(60))).text
        }
        return answers
    }
}
