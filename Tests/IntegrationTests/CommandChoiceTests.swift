import Client
import System
import Testing

/// Which instances commands mean, and what they say where there is nothing, with the built program.
@Suite(.serialized) struct CommandChoiceTests {
    /// A target on which others deploy, beside two of deployd's own.
    private static let world = """
        world: here
        capabilities: { deploy:process: {} }
        trusted: true
        targets: [{ environment: staging }, { environment: production }]
        ---
        environment: staging
        applications: ["hel*"]
        targets: [{ name: registry }]
        ---
        environmentSet: default
        environments: [staging, production]
        """

    private func check(_ server: RunningServer, _ steps: [(arguments: [String], status: Int32, part: String)])
        async throws
    {
        for (arguments, status, part) in steps {
            let result = try await server.command(arguments)
            let said = result.text + result.errorText
            #expect(result.status == .exited(status) && said.contains(part), "\(arguments): \(said)")
        }
    }

    @Test func whatOthersDeployIsPassedOver() async throws {
        try await withServer({ try $0.write(Self.world, to: "worlds/here.yaml") }) { server in
            let project = try await Project(server, target: "here-staging")
            let version = try await project.deploy(TestService(version: "one", more: "labels: { team: shop }"))
            // Of three targets something runs on one.
            #expect(try await server.command("logs", "hello").succeeded)
            try await check(
                server,
                [
                    (["stop", "-l", "team=shop"], 0, "passed over, since others deploy there: hello on registry"),
                    (["get", "instances", "-l", "team=shop"], 0, "suspended"),
                    (
                        ["restart", "-l", "team=shop", "--target", "registry"], 1,
                        "others deploy hello on registry; deployd can restart"
                    ),
                    (
                        ["set-version", "hello", "--environment", "production", "--version", version], 0,
                        "here-production is stopped: the version is deployed there by `deployd start hello --target here-production`"
                    ),
                    (["start", "-l", "team=shop"], 0, "hello on here-staging is started; it is healthy"),
                    (["get", "environments"], 0, "applications: hel*"),
                    (["doctor"], 0, "3 instances: "),
                ])
        }
    }

    @Test func whatFailedIsNamedAndNamesOfNothingAreSaid() async throws {
        try await withServer({ try $0.write(Self.world, to: "worlds/here.yaml") }) { server in
            try await check(
                server,
                [
                    (["get", "deployments"], 0, "no deployments yet: a push makes one"),
                    (["get", "instances"], 0, "no instances yet: `deployd push`"),
                    (
                        ["get", "deployments", "--environment", "stagin"], 1,
                        "no environment 'stagin'; did you mean 'staging'?"
                    ),
                    (["get", "instances", "--world", "her"], 1, "no world 'her'; did you mean 'here'?"),
                    (["events", "--application", "hello"], 1, "no application 'hello'"),
                ])
            let project = try await Project(server, target: "here-staging")
            let failed = try await project.ended(
                try await project.push(TestService(version: "bad", behaviour: [.exitsAtOnce])))
            try await check(
                server,
                [
                    (
                        ["logs", "hello"], 1,
                        "nothing of hello has run yet; its last deployment, on here-staging, failed: exited"
                    ),
                    (["logs", "hello"], 1, "`deployd logs \(failed.id)` shows it"),
                    (["logs", "hello", "--target", "nowhere"], 1, "it is on here-production, here-staging, registry"),
                    (["status"], 0, "failed"),
                    (["get", "resources", "--application", "helo"], 1, "no application 'helo'; did you mean 'hello'?"),
                    (
                        ["get", "deployments", "--status", "running"], 0,
                        "no deployments with --status running; without that, `deployd get deployments` lists all"
                    ),
                    (["__names", "applications"], 0, "hello\n"), (["__names", "targets"], 0, "here-staging\n"),
                ])
        }
    }
}
