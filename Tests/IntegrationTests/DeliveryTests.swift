import Client
import Core
import System
import TestSupport
import Testing

/// The queue of deliveries as senders and operators meet it.
@Suite(.serialized) struct DeliveryTests {
    /// A sender that repeats itself at the same moment.
    @Test func theSameDeliveryAHundredTimesIsOne() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let commit = try await project.repository.push(TestService(version: "one").files)
            let message = project.sender.push(commit)
            let answers = try await DeliveryTests.send(Array(repeating: message, count: 100), project)
            #expect(answers.map(\.status) == Array(repeating: 202, count: 100))
            #expect(Set(answers.map(\.delivery)).count == 1)
            try await project.runs(commit)
            #expect(try await server.api.deliveries().items.map(\.attempts) == [1])
            #expect(try await project.events().count { $0.type == "release.created" } == 1)
            #expect(try await project.deployments().map(\.status) == [.succeeded])
        }
    }

    /// Each is recorded with its version; only where the branch came to rest runs.
    @Test func ofManyPushesAtOnceTheLastDeploys() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let commits = try await project.repository.commits(50, of: TestService(version: "last"))
            let messages = zip(commits, [nil] + commits).map { project.sender.push($0, before: $1) }
            let answers = try await DeliveryTests.send(messages, project)
            #expect(Set(answers.compactMap(\.delivery)).count == commits.count)
            for answer in answers { _ = try await project.processed(answer.delivery ?? "") }
            try await project.runs(try #require(commits.last))
            let deliveries = try await server.api.deliveries(limit: 500).items
            #expect(deliveries.map(\.status) == Array(repeating: .processed, count: commits.count))
            #expect(try await project.deployments().map(\.version) == [commits.last])
            let released = try await project.events().filter { $0.type == "release.created" }.compactMap(\.after)
            #expect(Set(released) == Set(commits) && released.count == commits.count)
        }
    }

    private static func send(
        _ messages: [GitHubSender.Message], _ project: Project
    ) async throws -> [GitHubSender.Answer] {
        try await withThrowingTaskGroup(of: GitHubSender.Answer.self) { group in
            for message in messages { group.addTask { try await project.sender.send(message) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func theQueueIsSeenAndTriedAgain() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let commit = try await project.repository.push(["README": "no service"])
            let delivery = try await project.announce(commit)
            #expect(try await project.processed(delivery).status == .failed)
            let failed = try await server.command(
                "get", "deliveries", "--repository", "acme/hello", "--status", "failed")
            #expect(failed.text.contains("\(delivery)  acme/hello  push   failed"))
            #expect(failed.text.contains("deployd.yaml"))
            let none = try await server.command("get", "deliveries", "--status", "processed")
            #expect(none.text.contains("no deliveries with --status processed"))
            let nobody = try await server.command("get", "deliveries", "--repository", "acme/helo")
            #expect(nobody.status == .exited(1))
            #expect(nobody.errorText.contains("no repository 'acme/helo'; did you mean 'acme/hello'?"))
            #expect(try await server.command("redeliver", delivery).succeeded)
            let again = try await project.processed(delivery)
            #expect(again.status == .failed && again.attempts == 1 && again.nextAttemptAt == nil)
            let unknown = try await server.command("redeliver", "nobody")
            #expect(unknown.status == .exited(1))
            #expect(unknown.errorText.contains("no delivery 'nobody'"))
        }
    }
}
