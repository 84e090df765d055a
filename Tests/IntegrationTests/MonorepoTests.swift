import Client
import Core
import HTTPClient
import Testing

/// A repository of three services, with the built program and real git.
@Suite(.serialized) struct MonorepoTests {
    private static let names = ["users", "votes", "web"]

    private struct Shop {
        let project: Project
        var contents = ["users": "1", "votes": "1", "web": "1"]
        var common = "1"

        /// The whole commit.
        var files: [String: String] {
            var files = [
                "deployd.yaml": "services: [services/users, \"apps/*\"]\n", "libs/common/text": common, "README": "",
            ]
            for name in MonorepoTests.names {
                let service = TestService(
                    version: "\(name) \(contents[name] ?? "")", name: name,
                    more: """
                        triggers: [{ branch: main, environment: local }, { tag: "v*", environment: local }]
                        \(name == "users" ? "paths: [libs/common]" : "")
                        """)
                for (path, text) in service.files { files["\(MonorepoTests.folder(name))/\(path)"] = text }
            }
            return files
        }

        /// Pushes and announces it.
        /// - Returns: the commit, and the delivery once it was processed.
        func push(_ more: [String: String] = [:]) async throws -> (String, Wire.Delivery) {
            let commit = try await project.repository.push(files.merging(more) { _, new in new })
            return (commit, try await project.processed(try await project.announce(commit)))
        }

        func tag(
            _ name: String, annotated: Bool = false, force: Bool = false
        ) async throws -> Wire.Delivery {
            let named = try await project.repository.tag(name, annotated: annotated, force: force)
            return try await project.processed(try await project.announce(named, reference: "refs/tags/\(name)"))
        }

        /// Waits until each service runs its version.
        func run(_ versions: [String: String]) async throws {
            let api = try project.server.api
            try await project.server.expect("\(versions) to run") {
                for (name, version) in versions {
                    guard let instance = try? await api.instance(name, target: "local"),
                        instance.version == .init(desired: version, deployed: version)
                    else { return false }
                }
                return true
            }
        }

        func answer(of name: String) async throws -> String {
            let instance = try await project.server.api.instance(name, target: "local")
            let url = try #require(instance.entrypoints["web"]?.url)
            return try await project.server.http.send(HTTPClientRequest("GET", "\(url)/", timeout: .seconds(60))).text
        }
    }

    private static func folder(_ name: String) -> String { name == "users" ? "services/users" : "apps/\(name)" }

    @Test func pushesReleaseWhatChanged() async throws {
        try await withServer { server in
            var shop = Shop(project: try await Project(server, repository: "acme/shop"))
            let (first, all) = try await shop.push()
            #expect(all.deployments.count == 3)
            try await shop.run(["users": first, "votes": first, "web": first])
            var answers: [String] = []
            for name in MonorepoTests.names { answers.append(try await shop.answer(of: name)) }
            #expect(answers == ["users 1", "votes 1", "web 1"])

            // One service's content; then what another is made from besides; then what is no service's.
            shop.contents["votes"] = "2"
            let (second, one) = try await shop.push()
            #expect(one.deployments.count == 1)
            try await shop.run(["users": first, "votes": second, "web": first])
            #expect(try await shop.answer(of: "votes") == "votes 2")
            shop.common = "2"
            let (third, _) = try await shop.push()
            try await shop.run(["users": third, "votes": second, "web": first])
            let (fourth, none) = try await shop.push(["README": "more"])
            #expect(none.deployments.isEmpty && none.reason == "no service has changed")

            // A tag of one, a tag of all, and a tag that was moved.
            _ = try await shop.tag("web/v1")
            try await shop.run(["users": third, "votes": second, "web": "web/v1"])
            _ = try await shop.tag("v2", annotated: true)
            try await shop.run(["users": "v2", "votes": "v2", "web": "v2"])
            let releases = try await server.api.releases("users").items
            #expect(releases.map(\.version) == ["v2", third, first])
            #expect(releases.first?.commit == fourth)
            _ = try await shop.push()
            let moved = try await shop.tag("v2", force: true)
            #expect(moved.status == .failed && moved.reason?.contains("push a new tag") == true)
        }
    }
}
