import Client
import Core
import HTTPClient
import Testing

@Suite(.serialized) struct PushTests {
    @Test func aPushRunsAtItsEntrypointAndTheNextReplacesItWithoutAFailedRequest() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.deploy(TestService(version: "one"))
            let url = try await project.entrypoint
            #expect(try await project.answer() == "one")
            let load = try await project.load()
            let second = try await project.deploy(TestService(version: "two"))
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "\(outcome.reasons)")
            #expect(Set(outcome.answers.keys) == ["one", "two"])
            #expect(try await project.entrypoint == url)
            let events = try await project.events()
            #expect(events.deployedVersions == [first, second])
            #expect(events.isWithoutGap)
            #expect(try await server.api.version("hello", target: "local").deployed == second)
            try await server.expect("the first version's process to end") { server.processes.services.count == 1 }
        }
    }

    @Test func deliveriesAreVerifiedAndStoredOnce() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let commit = try await project.repository.push(TestService(version: "one").files)
            var forged = project.sender.push(commit)
            forged.secret = "not the secret"
            let unknown = GitHubSender(
                server: server.url,
                repository: try await GitRepository("acme/other", in: server.folder.path, runner: server.runner),
                http: server.http)
            #expect(try await project.sender.send(forged) == .init(status: 401, delivery: nil))
            #expect(try await unknown.send(unknown.push(commit)) == .init(status: 401, delivery: nil))
            #expect(try await server.api.deliveries().items.isEmpty)

            var message = project.sender.push(commit)
            message.isForm = true
            let answers = [try await project.sender.send(message), try await project.sender.send(message)]
            try await project.runs(commit)
            let third = try await project.sender.send(message)
            #expect(Set((answers + [third]).map(\.delivery)).count == 1)
            #expect((answers + [third]).map(\.status) == [202, 202, 202])
            #expect(try await server.api.deliveries().items.map(\.id) == [answers[0].delivery])
            #expect(try await project.deployments().map(\.status) == [.succeeded])

            var ping = GitHubSender.Message(
                event: "ping",
                body: Array(#"{"zen":"Design for failure.","repository":{"full_name":"acme/hello"}}"#.utf8),
                secret: project.repository.secret)
            #expect(try await project.sender.send(ping).status == 200)
            ping.secret = ""
            #expect(try await project.sender.send(ping).status == 401)
        }
    }

    /// The last push runs, and no version is deployed twice, whatever the first came to.
    @Test func ofTwoPushesInQuickSuccessionTheLastRuns() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.push(TestService(version: "one"))
            let second = try await project.push(TestService(version: "two"))
            try await project.runs(second)
            #expect(try await project.answer() == "two")
            try await server.expect("every deployment to end") {
                try await project.deployments().allSatisfy(\.status.isFinal)
            }
            let succeeded = try await project.deployments().filter { $0.status == .succeeded }.map(\.version)
            #expect(Set(succeeded).count == succeeded.count)
            #expect(succeeded.first == second)
            let events = try await project.events()
            #expect(events.deployedVersions.filter { $0 != first } == [second])
            #expect(events.isWithoutGap)
            try await server.expect("one process to be left") { server.processes.services.count == 1 }
        }
    }

    /// Nothing says in which order a sender's deliveries come.
    @Test func aLateDeliveryOfAnOlderCommitDoesNotTakeTheNewerOneAway() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.repository.push(TestService(version: "one").files)
            let second = try await project.repository.push(TestService(version: "two").files)
            _ = try await project.processed(try await project.announce(second))
            let late = try await project.processed(try await project.announce(first))
            try await project.runs(second)
            #expect(late.status == .processed)
            #expect(late.reason?.contains("has moved on to \(second)") == true)
            #expect(try await project.answer() == "two")
            let releases = try await server.api.releases("hello").items.map(\.version)
            #expect(Set(releases) == [first, second])
        }
    }
}
