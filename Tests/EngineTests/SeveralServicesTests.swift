import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// A repository of several services.
struct SeveralServicesTests {
    private let durable: Durable
    private let engine: TestEngine

    init() throws {
        durable = try Durable()
        engine = TestEngine(durable)
    }

    private static let root = "services: [services/users, \"apps/*\"]"
    private static let start = [
        "services/users/deployd.yaml": Durable.file("users", extra: "paths: [libs/common]"),
        "services/users/main": "1", "apps/votes/deployd.yaml": Durable.file("votes"), "apps/votes/main": "1",
        "apps/web/deployd.yaml": Durable.file("web"), "apps/notes/README": "no service", "libs/common/x": "1",
        "README": "1",
    ]

    /// Pushes a commit that differs from the first in `changes` ("" removes), and waits until its delivery has ended.
    /// - Returns: `STATUS NEW-RELEASES REASON`.
    private func push(
        _ commit: String, _ changes: [String: String] = [:], root: String = root, over before: String? = nil,
        reference: String = "refs/heads/main"
    ) async throws -> String {
        let tree = SeveralServicesTests.start.merging(changes) { _, new in new }.filter { $0.value != "" }
        durable.source.commit(commit, of: "acme/shop", file: root, reference: reference, tree: tree)
        return try await deliver(commit, over: before, reference: reference)
    }

    private func deliver(
        _ commit: String, over before: String? = nil, reference: String = "refs/heads/main"
    ) async throws -> String {
        let delivery = durable.push(
            commit, over: before, to: "acme/shop", reference: reference, id: "\(commit) \(reference)")
        let known = try await releases()
        _ = try await engine.deliveries.accept(delivery)
        var found = delivery
        _ = try await eventually {
            found = try await durable.storage.read { try $0.delivery(id: delivery.id) } ?? delivery
            return [.processed, .ignored, .failed].contains(found.status)
        }
        let new = try await releases().subtracting(known).sorted().joined(separator: " ")
        return "\(found.status) [\(new)] \(found.reason ?? "")"
    }

    private func releases() async throws -> Set<String> {
        try await durable.storage.read { reader in
            var found: Set<String> = []
            for application in try reader.applications(PageRequest()).items {
                for release in try reader.releases(of: application.name, PageRequest()).items {
                    found.insert("\(application.name)@\(release.version)")
                }
            }
            return found
        }
    }

    private func run(_ body: () async throws -> Void) async throws {
        try await durable.addRepository("acme/shop")
        try await engine.start()
        try await body()
        await engine.stop()
    }

    @Test func onlyWhatChangedIsReleased() async throws {
        try await run {
            let found = [
                try await push("c1"),
                try await push("c2", ["README": "2"]),
                try await push("c3", ["apps/votes/main": "2"]),
                try await push("c4", ["apps/votes/main": "2", "libs/common/x": "2"]),
                // Back to what c1 was: by content, not by history.
                try await push("c5"),
                try await push("v1", reference: "refs/tags/v1"),
                try await push("v2", reference: "refs/tags/votes/v2"),
                try await push("f1", ["apps/web/main": "2"], reference: "refs/heads/feature"),
            ]
            #expect(
                found == [
                    "processed [users@c1 votes@c1 web@c1] ", "processed [] no service has changed",
                    "processed [votes@c3] ", "processed [users@c4] ", "processed [users@c5 votes@c5] ",
                    "processed [users@v1 votes@v1 web@v1] "
                        + ["users", "votes", "web"].map {
                            "no trigger of \($0) names the tag v1; version v1 was released and not set"
                        }.joined(separator: "; "),
                    "processed [votes@votes/v2] no trigger of votes names the tag votes/v2; "
                        + "version votes/v2 was released and not set",
                    "ignored [] no trigger of users, votes, web names the branch feature",
                ])
            let release = try await durable.storage.read { try $0.release("users", "c1") }
            let owner = try await durable.storage.read { try $0.application("users")?.owner }
            #expect(release?.path == "services/users")
            #expect(owner == Application.Owner(repository: "acme/shop", path: "services/users"))
        }
    }

    /// What is wrong with one service does not hold up the others, and fails the delivery visibly.
    @Test func oneBrokenServiceFailsAlone() async throws {
        try await run {
            let found = [
                try await push("c1", ["apps/web/deployd.yaml": "service: web\nprots: 1"]),
                try await push("c2", ["apps/web/deployd.yaml": Durable.file("votes")]),
                try await push("c3", ["libs/common/x": ""]),
                try await push("c4", root: "services: [services/users, apps/gone]"),
                try await push("c5", root: "services: [apps/*, ../x]\nport: 1"),
                try await push("c6", ["apps/web/deployd.yaml": "prots: 1"], reference: "refs/tags/users/v1"),
                try await push("c7", ["apps/web/deployd.yaml": "prots: 1"], reference: "refs/tags/web/v1"),
            ]
            let rule = "use a path from the repository's root, such as services/users or apps/*"
            let claim = "the service 'votes' is declared by apps/votes and apps/web: one of them needs another name"
            let unnamed = "no trigger of users names the tag users/v1; version users/v1 was released and not set"
            let broken =
                "apps/web: apps/web/deployd.yaml:1:1: prots: unknown key; did you mean 'ports'?\n"
                + "apps/web/deployd.yaml:1:1: service: missing: expected a name"
            #expect(
                found == [
                    "failed [users@c1 votes@c1] apps/web: apps/web/deployd.yaml:2:1: prots: unknown key; "
                        + "did you mean 'ports'?; the others were released: users, votes",
                    "failed [] apps/votes: \(claim); apps/web: \(claim)",
                    "failed [web@c3] services/users: services/users/deployd.yaml: paths: the repository has no "
                        + "'libs/common'; the others were released: web",
                    "failed [] apps/gone: the root's services names apps/gone, and there is no apps/gone/deployd.yaml; "
                        + "votes is detached: the branch main of acme/shop no longer declares 'votes' in apps/votes; "
                        + "web is detached: the branch main of acme/shop no longer declares 'web' in apps/web",
                    "failed [] deployd.yaml:1:20: services[1]: '../x': \(rule)\n"
                        + "deployd.yaml:2:1: port: a file that lists services has no other key; each folder has its own "
                        + "deployd.yaml",
                    "processed [users@users/v1] \(unnamed)", "failed [] \(broken)",
                ])
        }
    }

    /// A service may move within its repository; what overtakes a push is compared with what was released before both.
    @Test func movesAndOvertakenPushes() async throws {
        try await run {
            _ = try await push("c1")
            let moved = [
                "apps/votes/deployd.yaml": "", "apps/votes/main": "", "apps/polls/main": "1",
                "apps/polls/deployd.yaml": Durable.file("votes"),
            ]
            let first = try await push("c2", moved, over: "c1")
            let owner = try await durable.storage.read { try $0.application("votes")?.owner?.path }
            #expect([first, owner] == ["processed [votes@c2] ", "apps/polls"])
            durable.source.commit(
                "c3", of: "acme/shop", file: SeveralServicesTests.root,
                tree: SeveralServicesTests.start.merging(moved) { $1 }.merging(["apps/web/main": "3"]) { $1 }
                    .filter { $0.value != "" })
            durable.source.commit(
                "c4", of: "acme/shop", file: SeveralServicesTests.root,
                tree: SeveralServicesTests.start.merging(moved) { $1 }
                    .merging(["apps/web/main": "3", "services/users/main": "4"]) { $1 }.filter { $0.value != "" })
            let found = [try await deliver("c3", over: "c2"), try await deliver("c4", over: "c3")]
            #expect(
                found == [
                    "processed [users@c4 web@c3 web@c4] refs/heads/main has moved on to c4",
                    "processed [] no service has changed",
                ])
        }
    }
}
