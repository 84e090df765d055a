import Client
import Core
import System
import Testing

/// A service that leaves its repository, with the built program and real git.
@Suite(.serialized) struct DetachmentTests {
    private static func files(_ root: String, _ services: [String: String]) -> [String: String] {
        services.reduce(into: ["deployd.yaml": root]) { files, service in
            let text = TestService(version: service.value, name: service.key, more: "requires: { data: sqlite }")
            for (path, content) in text.files { files["\(service.key)/\(path)"] = content }
        }
    }

    @Test func aServiceLeavesItsRepositoryAndComesBack() async throws {
        try await withServer({ try $0.copyRepositories() }) { server in
            let project = try await Project(server, repository: "acme/shop", application: "users")
            let push = { (root: String, services: [String: String]) in
                let commit = try await project.repository.push(DetachmentTests.files(root, services))
                let delivery = try await project.processed(try await project.announce(commit))
                return (commit, delivery)
            }
            let (first, _) = try await push("services: [users, web]\n", ["users": "one", "web": "one"])
            try await project.runs(first)
            let (second, left) = try await push("services: [web]\n", ["users": "two", "web": "two"])
            let reason = "the branch main of acme/shop no longer declares 'users' in users"
            #expect(left.reason == "users is detached: \(reason)", "\(left)")
            try await server.expect("web to go on") {
                try await server.api.instance("web", target: "local").version.deployed == second
            }
            #expect(try await project.answer() == "one")
            let instance = try await project.instance()
            #expect(instance?.detached == true && instance?.detachedReason == reason)
            #expect(try await server.api.application("users").detachedReason == reason)
            let status = try await server.command("status", "users")
            #expect(
                status.text.contains("local is detached: \(reason). It goes on as it is, with data (sqlite), until"))
            #expect(try await server.command("get", "instances").text.contains(reason))
            let set = try await server.command("set-version", "users", "--environment", "local", "--version", first)
            #expect(set.status == .exited(1) && set.errorText.contains("users is detached and gets no new version"))

            let (third, back) = try await push("services: [users, web]\n", ["users": "three", "web": "two"])
            #expect(back.status == .processed, "\(back)")
            try await project.runs(third)
            #expect(try await project.answer() == "three")

            _ = try await push("services: [web]\n", ["web": "two"])
            let destroyed = try await server.command("destroy", "users", "--yes")
            #expect(destroyed.succeeded && destroyed.text.contains("keeps    data (sqlite)"), "\(destroyed.errorText)")
            #expect(try await project.instance() == nil)
        }
    }
}
