import Client
import Core
import HTTPClient
import System
import Testing

/// Secrets that people set, from the command line into the service, and nowhere else.
@Suite(.serialized) struct SecretTests {
    private static let value = "hunter2-\(Identifier.make(at: SystemClock().now()))"
    private static let later = "hunter2-\(Identifier.make(at: SystemClock().now()))-later"

    private func set(_ value: String, _ server: RunningServer) async throws {
        let result = try await server.command(
            "secret", "set", "hello", "STRIPE_KEY", "--environment", "local", input: value + "\n")
        #expect(result.status == .exited(0), "\(result.errorText)")
    }

    private func service(_ version: String) -> TestService {
        var service = TestService(version: version, more: "secrets: [STRIPE_KEY]")
        service.prints = "STRIPE_KEY"
        return service
    }

    @Test func aServiceGetsItsSecretsAndNobodyElseDoes() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.push(service("one"))
            let refused = try await project.ended(first)
            #expect(refused.status == .failed)
            #expect(
                refused.reason
                    == "the secret STRIPE_KEY is not set: run `deployd secret set hello STRIPE_KEY --environment local`"
            )
            // Tried again because it is set now, and by nobody.
            try await set(Self.value, server)
            try await server.expect("the version to run") { try await project.instance()?.version.deployed == first }
            #expect(try await project.answer("/variable/STRIPE_KEY") == Self.value)

            try await set(Self.later, server)
            let status = try await server.command("status", "hello")
            #expect(status.text.contains("outdated"), "\(status.text)")
            #expect(try await project.answer("/variable/STRIPE_KEY") == Self.value)
            let plan = try await server.command("plan", "hello", "--environment", "local")
            #expect(plan.text.contains("changes the secret STRIPE_KEY"), "\(plan.text)")
            let apply = try await server.command("apply", "hello", "--environment", "local")
            #expect(apply.status == .exited(0), "\(apply.errorText)")
            try await server.expect("the new value") {
                try await project.answer("/variable/STRIPE_KEY") == Self.later
            }
            let list = try await server.command("secret", "list", "hello", "--environment", "local")
            #expect(list.text.contains("STRIPE_KEY"), "\(list.text)")
            try await expectNowhere(server, project, said: [status, plan, apply, list])
        }
    }

    /// Looks for the values in every file of the server's, its log, its answers, and what processes were given.
    private func expectNowhere(_ server: RunningServer, _ project: Project, said: [CommandResult]) async throws {
        // The service prints it, into a log of its own.
        try await server.expect("the service to print it") {
            try await files(with: Self.value, server).contains { $0.contains("/data/runs/") }
        }
        let found = try await files(with: Self.value, server)
        #expect(found.filter { !$0.hasSuffix("/output.log") } == [])
        let own = try await server.command("logs", "hello")
        #expect(own.text.contains("STRIPE_KEY is •••"), "\(own.text)")
        var texts = said.flatMap { [$0.text, $0.errorText] } + [own.text]
        for path in [
            "applications", "applications/hello", "applications/hello/environments/local/secrets",
            "applications/hello/environments/local/secrets/STRIPE_KEY", "deployments", "deliveries", "events",
        ] {
            let answer = try await server.http.send(
                .init("GET", "\(server.url)/api/v1/\(path)", headers: [("Authorization", "Bearer \(server.token)")]))
            #expect(answer.status == 200)
            texts.append(answer.text)
        }
        for deployment in try await project.deployments() {
            texts.append(String(decoding: try await server.api.deploymentLog(deployment.id), as: UTF8.self))
        }
        texts += server.processes.all.map { $0.words.joined(separator: " ") }
        texts += server.processes.supervisors.map { readFile("/proc/\($0.pid)/environ") }
        texts.append(readFile("/proc/\(server.pid ?? 0)/environ"))
        #expect(texts.filter { $0.contains("hunter2") } == [])
    }

    private func files(with text: String, _ server: RunningServer) async throws -> [String] {
        let result = try await server.runner.run(
            Command(
                "grep",
                ["-r", "-l", "-a", "-F", "-e", text, server.folder.data, server.folder.log, server.folder.home],
                environment: server.environment), deadline: .seconds(60), outputLimit: 1 << 20)
        return result.text.split(separator: "\n").map(String.init)
    }
}
