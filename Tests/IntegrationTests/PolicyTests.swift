import Client
import Core
import System
import Testing

/// Who may go where, with the built program and real git.
@Suite(.serialized) struct PolicyTests {
    private static let worlds = """
        world: here
        capabilities: { deploy:process: {} }
        trusted: true
        targets: [{ environment: staging }, { environment: production }]
        allowTargetsFrom: ["hello"]
        ---
        environment: production
        versions: promotion
        repositories: ["acme/*"]
        targets: [{ name: registry }]
        ---
        environmentSet: default
        environments: [staging, production]
        """

    /// Whatever a branch says of where it goes, only the default branch's head counts.
    @Test func aBranchCannotSendItselfToProduction() async throws {
        try await withServer({ try $0.write(PolicyTests.worlds, to: "worlds/here.yaml") }) { server in
            let project = try await Project(server, target: "here-staging")
            let triggers = "triggers: [{ branch: main, environment: staging }, { tag: \"v*\", environment: staging }]"
            let good = try await project.deploy(TestService(version: "one", more: triggers))
            let settings = try await server.api.application("hello")
            let evil = [
                "triggers: [{ branch: \"*\", environment: production }, { tag: \"*\", environment: production }]",
                "environments: [production]\ntriggers: [{ branch: \"*\", environment: production }]",
                "environmentSets: []\nenvironments: [production]",
                "environments: [{ name: production, targets: [{ name: mine, world: here }] }]\n"
                    + "triggers: [{ branch: evil, environment: production }]",
            ]
            var head = ""
            for (number, more) in evil.enumerated() {
                head = try await project.repository.push(
                    TestService(version: "evil \(number)", more: more).files, branch: "evil")
                let delivery = try await project.processed(
                    try await project.announce(head, reference: "refs/heads/evil"))
                #expect(delivery.status == .ignored && delivery.deployments.isEmpty, "\(more): \(delivery)")
            }
            // Another service's name, the payload's word, a tag that no trigger names, and a working tree.
            let renamed = try await project.repository.push(
                TestService(version: "evil", name: "other", more: evil[0]).files, branch: "evil")
            _ = try await project.processed(try await project.announce(renamed, reference: "refs/heads/evil"))
            let lie = try await project.processed(try await project.announce(head, reference: "refs/heads/main"))
            #expect(lie.reason?.contains("has moved on to \(good)") == true, "\(lie)")
            let named = try await project.repository.tag("production-now")
            let tag = try await project.processed(
                try await project.announce(named, reference: "refs/tags/production-now"))
            #expect(tag.deployments.isEmpty, "\(tag)")
            try writeFile(
                TestService(version: "tree", more: evil[1]).files["deployd.yaml"] ?? "",
                to: "\(server.folder.path)/tree/deployd.yaml")
            let tree = try await server.command("push", "tree", "--environment", "production")
            #expect(
                tree.status == .exited(1)
                    && tree.errorText.contains("comes from no code repository: its rule is repositories: [acme/*]"),
                "\(tree.errorText)")
            let set = try await server.command(
                "set-version", "hello", "--environment", "production", "--version", good)
            #expect(set.status == .exited(1))
            #expect(
                set.errorText.contains("versions: promotion (\(server.folder.worlds)/here.yaml:7)"), "\(set.errorText)")

            let after = try await server.api.application("hello")
            #expect(after.targets.keys.sorted() == ["here-production", "here-staging", "registry"])
            #expect(after.targets["here-production"]?.version == .init(desired: nil, deployed: nil))
            #expect((after.environments, after.environmentSets) == (settings.environments, settings.environmentSets))
            #expect(try await project.answer() == "one")
            #expect(try await server.api.applications().items.map(\.name) == ["hello"])
            // By hand it goes there, and on the default branch the service may ask for a target of its own.
            #expect(try await server.command("promote", "hello", "--environment", "staging").succeeded)
            #expect(try await server.api.version("hello", target: "here-production").deployed == good)
            let report = try await server.api.report("build-7", of: "hello", target: "registry")
            #expect(report.deployed == "build-7" && report.health == .healthy)
        }
    }

    /// The first that declares a name has it.
    @Test func twoRepositoriesFightOverAName() async throws {
        try await withServer { server in
            let first = try await Project(server)
            let version = try await first.deploy(TestService(version: "one"))
            let second = try await Project(server, repository: "evil/hello")
            let refused = { (delivery: Wire.Delivery) in
                delivery.status == .failed && delivery.deployments.isEmpty
                    && delivery.reason?.hasPrefix(
                        "the service 'hello' belongs to acme/hello; evil/hello cannot declare it too") == true
            }
            let commit = try await second.repository.push(TestService(version: "evil").files)
            let push = try await second.processed(try await second.announce(commit))
            #expect(refused(push), "\(push)")
            let named = try await second.repository.tag("v1")
            let tag = try await second.processed(try await second.announce(named, reference: "refs/tags/v1"))
            #expect(refused(tag), "\(tag)")
            let inside = try await second.repository.push(
                ["deployd.yaml": "services: [a]\n"].merging(
                    TestService(version: "evil").files.map { ("a/\($0.key)", $0.value) }, uniquingKeysWith: { $1 }))
            let several = try await second.processed(try await second.announce(inside))
            #expect(
                several.status == .failed && several.reason?.contains("belongs to acme/hello") == true, "\(several)")
            #expect(try await first.answer() == "one")
            #expect(try await server.api.releases("hello").items.map(\.version) == [version])
            // Its owner goes on.
            try await first.deploy(TestService(version: "two"))
            #expect(try await first.answer() == "two")
            #expect(try await server.api.application("hello").owner?.repository == "acme/hello")
        }
    }
}
