import Core
import Engine
import Formats
import Model
import Store
import TestSupport
import Testing

/// Which pushes set which version, and who says so.
struct TriggerTests {
    private static let triggers = """
        triggers:
          - { branch: main, environment: development }
          - { branch: "release/*", environment: production }
          - { tag: "v*", environment: production }
        """

    private let durable: Durable
    private let engine: TestEngine

    init() throws {
        durable = try Durable()
        engine = TestEngine(durable)
    }

    /// Pushes a commit, and waits until its delivery has ended.
    private func push(
        _ commit: String, _ reference: String = "refs/heads/main", service: String = "hello", extra: String = triggers,
        id: String? = nil
    ) async throws -> Delivery {
        let file = Durable.file(service, extra: extra)
        durable.source.commit(commit, of: "acme/hello", file: file, reference: reference)
        return try await process(
            durable.push(commit, to: "acme/hello", reference: reference, id: id ?? "\(commit) \(reference)"))
    }

    private func process(_ delivery: Delivery) async throws -> Delivery {
        _ = try await engine.deliveries.accept(delivery)
        var found = delivery
        #expect(
            try await eventually {
                found = try await durable.storage.read { try $0.delivery(id: delivery.id) } ?? delivery
                return [.processed, .ignored, .failed].contains(found.status)
            })
        return found
    }

    /// `development production`, `-` where there is no version.
    private func versions() async throws -> String {
        let found = try await durable.storage.read { try $0.environmentVersions(of: "hello") }
        return ["development", "production"].map { name in
            found.first { $0.environment == name }?.desired ?? "-"
        }.joined(separator: " ")
    }

    private func outcome(_ delivery: Delivery) async throws -> String {
        "\(delivery.status) [\(try await versions())] \(delivery.reason ?? "")"
    }

    private func run(_ body: () async throws -> Void) async throws {
        try await durable.addRepository("acme/hello")
        try await engine.start()
        try await body()
        await engine.stop()
    }

    @Test func pushesSetWhatTheirTriggersName() async throws {
        try await run {
            var found = [try await outcome(try await push("c1"))]
            found.append(try await outcome(try await push("c2", "refs/heads/release/1")))
            found.append(try await outcome(try await push("c3", "refs/tags/v1")))
            found.append(try await outcome(try await push("c3", "refs/tags/hello/v2")))
            found.append(try await outcome(try await push("c4", "refs/tags/nightly")))
            found.append(try await outcome(try await push("c5", "refs/heads/feature")))
            let gone = RepositoryEvent.Push(reference: "refs/tags/v1", before: "c3", after: nil, actor: "ada")
            found.append(try await outcome(try await process(durable.delivery("d", .push(gone), "acme/hello"))))
            #expect(
                found == [
                    "processed [c1 -] ", "processed [c1 c2] ", "processed [c1 v1] ", "processed [c1 hello/v2] ",
                    "processed [c1 hello/v2] no trigger of hello names the tag nightly; "
                        + "version nightly was released and not set",
                    "ignored [c1 hello/v2] no trigger of hello names the branch feature",
                    "ignored [c1 hello/v2] refs/tags/v1 was deleted",
                ])
            let releases = try await durable.storage.read { try $0.releases(of: "hello", PageRequest()).items }
            #expect(
                releases.reversed().map { "\($0.version) \($0.commit ?? "") \($0.reference ?? "")" } == [
                    "c1 c1 refs/heads/main", "c2 c2 refs/heads/release/1", "v1 c3 refs/tags/v1",
                    "hello/v2 c3 refs/tags/hello/v2", "nightly c4 refs/tags/nightly",
                ])
        }
    }

    /// What a branch's own file says of where it goes counts only once it is the default branch's.
    @Test func aBranchCannotSendItselfToProduction() async throws {
        let evil = "triggers: [{ branch: \"*\", environment: production }]\nenvironments: [production]"
        try await run {
            var found = [try await outcome(try await push("c1"))]
            found.append(try await outcome(try await push("c2", "refs/heads/evil", extra: evil)))
            found.append(
                try await outcome(try await push("c3", "refs/heads/release/1", service: "other", extra: evil)))
            let refused =
                "failed [c1 -] the branch main, which says where services go, has no service 'other'; it has hello"
            #expect(
                found == [
                    "processed [c1 -] ", "ignored [c1 -] no trigger of hello names the branch evil", refused,
                ])
            let settings = try await durable.storage.read { try $0.application("hello")?.settings }
            #expect(settings?.triggers?.count == 3)
            // The file itself is the release's all the same.
            found = [try await outcome(try await push("c4", "refs/heads/release/2", extra: evil + "\ndrain: 9s"))]
            let release = try await durable.storage.read { try $0.release("hello", "c4") }
            let file = try ServiceFile.parse(try #require(release).file).get()
            #expect(found == ["processed [c1 c4] "] && file.drain == .seconds(9))
        }
    }

    @Test func aMovedTagIsRefused() async throws {
        try await run {
            _ = try await push("c1")
            _ = try await push("c2", "refs/tags/v1")
            let moved = try await push("c3", "refs/tags/v1")
            let repeated = try await push("c2", "refs/tags/v1", id: "again")
            #expect(
                [try await outcome(moved), try await outcome(repeated)] == [
                    "failed [c1 v1] version v1 of hello was released from the commit c2, and refs/tags/v1 names "
                        + "c3 now: a release never changes; push a new tag",
                    "processed [c1 v1] ",
                ])
        }
    }

    /// A head that somebody broke does not stop what was settled before.
    @Test func aBrokenHeadLeavesTheSettings() async throws {
        try await run {
            let early = try await push("c0", "refs/tags/v0")
            _ = try await push("c1")
            _ = try await push("c2", extra: "prots: 1")
            let tag = try await push("c3", "refs/tags/v1")
            let unknown = try await push("c4", extra: "overrides: { prodution: {} }")
            #expect(early.status == .failed)
            #expect(
                [try await outcome(tag), try await outcome(unknown)] == [
                    "processed [c1 v1] ",
                    "failed [c1 v1] deployd.yaml: overrides.prodution: the service does not go to 'prodution'; "
                        + "did you mean 'production'?",
                ])
        }
    }

    @Test func overridesAreDeployedWhereTheyAreMeant() async throws {
        try await run {
            let text =
                "\(TriggerTests.triggers)\n  - { branch: main, environment: production }\n"
                + "overrides: { production: { env: { URL: \"overridden\" } } }"
            _ = try await push("c1", extra: text)
            let instances = ["a", "p"].map { InstanceID(application: "hello", target: $0) }
            #expect(
                try await eventually {
                    try await durable.storage.read { reader in
                        try instances.allSatisfy { try reader.instance($0)?.deployed == "c1" }
                    }
                })
            let urls = instances.map { durable.world.place($0).urls.values.sorted() }
            #expect(urls[0].count == 1 && urls[0] != urls[1] && urls[1] == ["overridden"])
        }
    }
}
