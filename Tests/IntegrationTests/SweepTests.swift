import Client
import Core
import System
import TestSupport
import Testing

/// Pushes whose webhooks never came, with the built program and real git.
@Suite(.serialized) struct SweepTests {
    private static func looked(_ server: RunningServer, at name: String = "acme/hello") async throws {
        try await server.expect("the first look at \(name)") {
            try await server.api.repositories().items.contains { $0.name == name && $0.lastSweep != nil }
        }
    }

    @Test func aLostPushIsFound() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one"))
            try await Self.looked(server)
            let nothing = try await server.command("repo", "sweep", "acme/hello")
            #expect(nothing.text == "1 ref; nothing was lost\n", "\(nothing.errorText)")

            let two = try await project.repository.push(TestService(version: "two").files)
            let found = try await server.command("repo", "sweep", "acme/hello")
            #expect(found.text.hasPrefix("1 ref; delivered: "), "\(found.errorText)")
            try await project.runs(two)
            // The webhook comes after all.
            let late = try await project.processed(try await project.announce(two))
            #expect(late.status == .processed && late.reason?.contains("was processed already") == true)
            #expect(try await project.deployments().count == 2)
            let deliveries = try await server.api.deliveries().items.map(\.provider)
            #expect(deliveries == ["github", "sweep", "github"])

            // What was pushed while the server was away is found by itself.
            #expect(await server.terminate() == .exited(0))
            let three = try await project.repository.push(TestService(version: "three").files)
            try await server.start(options: ["--sweep-interval", "1s"])
            try await project.runs(three)
            #expect(try await project.answer() == "three")

            // One that cannot be asked says so; the others are looked at.
            _ = try await server.api.addRepository(
                .init(name: "acme/gone", url: "file:///nowhere/gone.git", provider: "github", secret: "s"))
            try await server.expect("the error to be visible") {
                try await server.api.repositories().items.contains { $0.name == "acme/gone" && $0.sweepError != nil }
            }
            let list = try await server.command("repo", "list")
            #expect(list.text.contains("failed: cannot list the refs of file:///nowhere/gone.git"))
            let four = try await project.repository.push(TestService(version: "four").files)
            try await project.runs(four)
        }
    }
}
