import Client
import System
import Testing

/// A resource of the world that services share, with the built program and world files.
@Suite(.serialized) struct SharedResourceTests {
    private static func world(_ more: String) -> String {
        """
        world: here
        capabilities: { deploy:process: {}, local: {} }
        trusted: true
        resourceRepositories: [precanned]
        targets: [{ name: local, environment: local }]
        \(more)
        ---
        environmentSet: default
        environments: [local]

        """
    }

    private static func service(_ name: String, version: String = "1") -> TestService {
        TestService(
            version: "\(name) \(version)", name: name,
            more: """
                requires: { mail: { shared: token } }
                env: { MAIL: "${requires.mail.value}" }
                """)
    }

    @Test func servicesShareIt() async throws {
        try await withServer { folder in
            try folder.copyRepositories()
            try folder.write(
                Self.world("shared: { token: { slug: secret, params: { length: 40 } } }"), to: "worlds/here.yaml")
        } _: { server in
            var values: Set<String> = []
            let projects = [
                try await Project(server, repository: "acme/one", application: "one"),
                try await Project(server, repository: "acme/two", application: "two"),
            ]
            for project in projects { try await project.deploy(Self.service(project.application)) }
            for project in projects { values.insert(try await project.answer("/variable/MAIL")) }
            #expect(values.map(\.utf8.count) == [40])
            let resources = try await server.api.resources().items
            #expect(resources.map(\.name) == ["token"])
            #expect(resources.map(\.world) == ["here"] && resources.map(\.application) == [nil])
            #expect(try await server.api.worlds().items.map(\.shared) == [["token": .init(slug: "secret")]])

            // What is wrong with the file leaves it as it was; what is taken out stays, and is refused from now on.
            try server.folder.write(Self.world("shared: { token: { slug: secrte } }"), to: "worlds/here.yaml")
            try await server.expect("the error to be told") {
                server.log.contains(
                    "worlds/here.yaml:6:11: shared.token: there is no slug 'secrte' in the world 'here'; "
                        + "did you mean 'secret'?")
            }
            try server.folder.write(Self.world("description: nothing shared"), to: "worlds/here.yaml")
            try await server.expect("the file to be read") {
                try await server.api.worlds().items.map(\.shared) == [[:]]
            }
            let version = try await projects[0].push(Self.service("one", version: "2"))
            let ended = try await projects[0].ended(version)
            #expect(ended.status == .failed)
            #expect(
                ended.reason?.hasPrefix("requires.mail: the world 'here' no longer declares the shared 'token'") == true
            )
            #expect(try await projects[0].answer("/variable/MAIL") == values.first)
            let listed = try await server.command("get", "resources", "--shared")
            #expect(listed.text.contains("(shared)"))
            #expect(listed.text.contains("the world 'here' no longer declares it"))
            let used = try await server.command("resource", "destroy", "token", "--yes")
            #expect(used.status == .exited(1))
            #expect(
                used.errorText.contains("one@local uses it as 'mail'") && used.errorText.contains("two@local uses it"))
            _ = try await server.command("destroy", "one", "--yes")
            _ = try await server.command("destroy", "two", "--yes")
            #expect(try await server.api.resources().items.map(\.status) == [.ready])
            let done = try await server.command("resource", "destroy", "token", "--world", "here", "--yes")
            #expect(
                done.text == """
                    destroying token, which the world here shares
                      keeps    token (secret)
                    nothing of the shared token of here was removed: its definition keeps it

                    """)
            #expect(try await server.api.resources().items.map(\.status) == [.retained])
        }
    }
}
