import Client
import Glibc
import System
import Testing

/// Services of one repository that require each other, with the built program and real git.
@Suite(.serialized) struct ApplicationRequirementTests {
    private static func files(_ web: TestService, _ accounts: TestService) -> [String: String] {
        var files = ["deployd.yaml": "services: [web, accounts]\n"]
        for service in [web, accounts] {
            for (path, text) in service.files { files["\(service.name)/\(path)"] = text }
        }
        return files
    }

    /// The first push has the dependent wait until what it requires is healthy; the address reaches it.
    @Test func onePushOrdersItself() async throws {
        try await withServer { server in
            let gate = server.folder.path + "/gate"
            try server.folder.write("", to: "gate")
            let web = TestService(
                version: "web", name: "web",
                more: """
                    requires: { api: { application: accounts } }
                    env: { API: "${requires.api.url}" }
                    """)
            let accounts = TestService(version: "accounts", name: "accounts", behaviour: [.startWaits(for: gate)])
            let project = try await Project(server, repository: "acme/shop", application: "web")
            let commit = try await project.repository.push(Self.files(web, accounts))
            try await project.announce(commit)
            try await server.expect("web to wait") {
                try await project.deployments().first?.reason
                    == "waits for the application accounts on local (requires.api), which is not deployed yet"
            }
            #expect(try await project.deployments().map(\.status) == [.pending])
            // Its wait is recorded: a server that is killed goes on with it.
            try await server.kill()
            try await server.start()
            unlink(gate)
            try await project.runs(commit)
            let api = try await server.api.instance("accounts", target: "local")
            #expect(try await project.answer("/variable/API") == api.entrypoints["web"]?.url)
            #expect(try await project.deployments().map(\.status) == [.succeeded])
            let listing = try await server.api.destroy("accounts", target: "local", isDryRun: true)
            #expect(listing.requiredBy.map(\.application) == ["web"])
            let plan = try await server.command("plan", "web", "--environment", "local")
            #expect(
                String(decoding: plan.output, as: UTF8.self).contains(
                    "resource api: the application accounts on local at http://127.0.0.1:"))
        }
    }
}
