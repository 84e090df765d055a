import Client
import Core
import HTTPClient
import System
import Testing

@Suite(.serialized) struct ResourceTests {
    private static let requirements = """
        requires:
          db: sqlite
          key: { slug: secret, params: { length: 40 } }
          admin: port
          files: directory
        env:
          DATABASE: "${requires.db.url}"
          KEY: "${requires.key.value}"
          ADMIN: "${requires.admin.port}"
          FILES: "${requires.files.path}"
        """

    /// What the service was given, but for what differs with each start.
    private static func variables(of project: Project) async throws -> [String: String] {
        let json = try JSONValue.parse(Array(try await project.answer("/environment").utf8))
        let all = (json.object ?? [:]).compactMapValues(\.string)
        let own = ["DATABASE", "KEY", "ADMIN", "FILES"]
        // Nothing of the server's own environment is passed on. LC_CTYPE is python's own doing.
        #expect(Set(all.keys).subtracting(["LC_CTYPE"]) == Set(own + ["PORT", "PORT_HTTP", "PATH", "HOME", "LANG"]))
        return all.filter { own.contains($0.key) }
    }

    /// What a service requires is made once, stays the same for its later versions, and its secrets are seen by the
    /// service alone.
    @Test func requirementsStayTheSameAndSecretsStaySecret() async throws {
        try await withServer({ try $0.copyRepositories() }) { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one", more: Self.requirements))
            let before = try await Self.variables(of: project)
            #expect(before.count == 4)
            #expect(before["KEY"]?.count == 40)
            #expect(before["ADMIN"].flatMap(Int.init) != nil)
            let files = before["FILES"] ?? ""
            try writeFile("kept", to: "\(files)/note")
            try await project.deploy(TestService(version: "two", more: Self.requirements))
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
            #expect(try await Self.variables(of: project) == before)
            #expect(readFile("\(files)/note") == "kept")
            let resources = try await server.api.resources(application: "hello").items
            #expect(Set(resources.map(\.name)) == ["db", "key", "admin", "files"])
            #expect(resources.allSatisfy { $0.status == .ready })
            #expect(resources.first { $0.name == "key" }?.outputs == ["value": .secret])
            #expect(try await !Self.files(with: "acme/hello", server).isEmpty)
            try await Self.expectNowhere(before["KEY"] ?? "", server)
            try await Self.expectNowhere(project.repository.secret, server)
        }
    }

    /// The files of the server's data and its log that hold a text.
    private static func files(with text: String, _ server: RunningServer) async throws -> [String] {
        let result = try await server.runner.run(
            Command(
                "grep", ["-r", "-l", "-a", "-F", "-e", text, server.folder.data, server.folder.log],
                environment: server.environment), deadline: .seconds(60), outputLimit: 1 << 20)
        return result.text.split(separator: "\n").map(String.init)
    }

    /// Looks for a secret in every file of the server's, its log, its answers, and what processes were given.
    private static func expectNowhere(_ secret: String, _ server: RunningServer) async throws {
        #expect(try await files(with: secret, server) == [])
        let paths = [
            "resources", "applications", "applications/hello", "deployments", "deliveries", "events", "repositories",
            "releases", "worlds/local/slugs",
        ]
        for path in paths {
            let result = try await server.http.send(
                .init("GET", "\(server.url)/api/v1/\(path)", headers: [("Authorization", "Bearer \(server.token)")]))
            #expect(!result.text.contains(secret), "\(path)")
        }
        for deployment in try await server.api.deployments().items {
            let log = String(decoding: try await server.api.deploymentLog(deployment.id), as: UTF8.self)
            #expect(!log.contains(secret))
        }
        #expect(!server.processes.all.contains { $0.words.contains { $0.contains(secret) } })
        for supervisor in server.processes.supervisors {
            #expect(!readFile("/proc/\(supervisor.pid)/environ").contains(secret))
        }
    }
}
