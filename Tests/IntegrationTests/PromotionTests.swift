import Client
import Core
import System
import Testing

/// Versions sent on and rejected by hand, with the built program.
@Suite(.serialized) struct PromotionTests {
    @Test func aVersionGoesOnUntilItIsRejected() async throws {
        try await withServer({ folder in
            try folder.write(
                """
                world: here
                capabilities: { deploy:process: {} }
                trusted: true
                targets: [{ environment: staging }, { environment: production }]
                ---
                environmentSet: default
                environments: [staging, production]
                """, to: "worlds/here.yaml")
        }) { server in
            let project = try await Project(server, target: "here-staging")
            let live = { try await server.api.instance("hello", target: "here-production").version.deployed }
            let early = try await server.command("promote", "hello", "--environment", "staging")
            #expect(early.status == .exited(1) && early.errorText.contains("no application 'hello'"))
            let first = try await project.deploy(TestService(version: "one"))
            let promoted = try await server.command("promote", "hello", "--environment", "staging")
            #expect(promoted.succeeded, "\(promoted.errorText)")
            #expect(promoted.text.contains("on here-production runs and is healthy"), "\(promoted.text)")
            #expect(try await live() == first)

            let second = try await project.deploy(TestService(version: "two"))
            #expect(try await server.command("reject", "hello", second, "--reason", "eats data").succeeded)
            let refused = try await server.command("promote", "hello", "--environment", "staging")
            #expect(refused.status == .exited(1))
            #expect(refused.errorText.contains("was rejected by admin: eats data"), "\(refused.errorText)")
            #expect(try await project.answer() == "two")
            let releases = try await server.command("get", "releases", "--application", "hello")
            #expect(releases.text.contains("by admin: eats data"), "\(releases.text)")
            #expect(try await server.command("status", "hello").text.contains("was rejected by admin: eats data"))
            #expect(try await server.command("reject", "hello", second, "--undo").succeeded)
            let again = try await server.command("promote", "hello", "--environment", "staging", "--to", "production")
            #expect(again.succeeded, "\(again.errorText)")
            #expect(try await live() == second)
            let types = try await project.events().map(\.type)
            #expect(
                types.filter { $0.hasPrefix("promotion") || $0.hasPrefix("version.re") } == [
                    "promotion.promoted", "version.rejected", "version.readmitted", "promotion.promoted",
                ])
        }
    }
}
