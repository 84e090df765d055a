import Client
import Core
import System
import Testing

/// A service with data and a secret is given another name while it is used.
@Suite(.serialized) struct RenameTests {
    private static let requirements = """
        requires: { db: sqlite, files: directory, admin: port }
        secrets: [KEY]
        env:
          DATABASE: "${requires.db.path}"
          FILES: "${requires.files.path}"
          ADMIN: "${requires.admin.port}"
        """

    private func service(_ version: String, _ name: String) -> TestService {
        TestService(version: version, name: name, more: Self.requirements)
    }

    /// What the service was given.
    private func given(_ project: Project) async throws -> [String] {
        var found: [String] = []
        for name in ["DATABASE", "FILES", "ADMIN", "KEY"] {
            found.append(try await project.answer("/variable/\(name)"))
        }
        return found
    }

    private func done(_ server: RunningServer, _ arguments: String...) async throws -> String {
        let result = try await server.command(arguments)
        #expect(result.status == .exited(0), "\(arguments): \(result.errorText)")
        return result.text
    }

    @Test func aServiceIsRenamedUnderLoad() async throws {
        try await withServer({ try $0.copyRepositories() }) { server in
            let old = try await Project(server)
            let project = old.named("greeter")
            let first = try await old.push(service("one", "hello"))
            _ = try await old.ended(first)
            let secret = try await server.command(
                "secret", "set", "hello", "KEY", "--environment", "local", input: "hush\n")
            #expect(secret.status == .exited(0), "\(secret.errorText)")
            try await server.expect("the version to run") {
                guard try await old.instance()?.version.deployed == first else { return false }
                return try await old.ended(first).status == .succeeded
            }
            let (before, pid, url) = (try await given(old), try await old.servingPid(), try await old.entrypoint)
            #expect(before.count == 4 && before.last == "hush")
            try writeFile("kept", to: "\(before[1])/note")

            let load = try await old.load()
            // The server dies while it does it; asked again, it is done.
            async let attempt = server.command("rename", "hello", "greeter")
            try await server.kill()
            _ = try await attempt
            try await server.start()
            let said = try await done(server, "rename", "hello", "greeter")
            #expect(
                said == """
                    hello is greeter now
                    write `service: greeter` in deployd.yaml of acme/hello before it is pushed again

                    """)
            #expect(try await project.servingPid() == pid)
            #expect(try await project.entrypoint == url)
            try await server.kill()
            try await server.start()
            try await project.runs(first)
            #expect(try await project.servingPid() == pid)
            #expect(try await done(server, "logs", "greeter", "--target", "local").contains("hello one pid"))
            let refused = try await server.command("status", "hello")
            #expect(refused.errorText == "deployd: the application 'hello' was renamed to 'greeter'; use that name")
            let stale = try await old.push(service("stale", "hello"))
            let delivery = try await old.processed(old.announce(stale))
            #expect(delivery.reason?.contains("the service 'hello' was renamed to 'greeter'") == true)

            let second = try await project.deploy(service("two", "greeter"))
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
            #expect(try await given(project) == before)
            #expect(try await project.entrypoint == url)
            #expect(readFile("\(before[1])/note") == "kept")
            let outcome = try await load.stop()
            #expect(outcome.failed == 0 && Set(outcome.answers.keys) == ["one", "two"], "\(outcome)")
            // The first version is gone, with all that it was.
            try await server.expect("one process to be left") {
                server.processes.all.count { $0.words.contains("hello.py") && !$0.words.contains("supervise") } == 1
            }
            #expect(try await project.deployments().map(\.version).contains(first))
            try await story(server, [first, second])
        }
    }

    private func story(_ server: RunningServer, _ versions: [String]) async throws {
        let events = try await server.api.events(.init(application: "greeter"), limit: 500).items
        #expect(Array(events.reversed()).deployedVersions == versions)
        let renamings = events.filter { $0.type == "application.renamed" }
        #expect(renamings.map { [$0.before, $0.after] } == [["hello", "greeter"]])
        #expect(try await done(server, "events", "--application", "greeter").contains("application.renamed"))
        let listed = try await done(server, "get", "resources", "--application", "greeter")
        #expect(["db", "files", "admin"].allSatisfy(listed.contains) && !listed.contains("hello"))
        let rest = try await done(server, "rename", "greeter", "hello") + done(server, "rename", "hello", "greeter")
        #expect(rest.contains("greeter is hello now") && rest.contains("hello is greeter now"))
    }
}
