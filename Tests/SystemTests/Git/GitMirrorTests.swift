import Core
import Glibc
import System
import TestSupport
import Testing

struct GitMirrorTests {
    @Test func fetchesReadsAndKeepsWhatWasFetched() async throws {
        let fixture = try await GitFixture()
        let mirror = try await fixture.mirror()
        let first = try await fixture.commit(
            ["deployd.yaml": "service: a\n", "web/index": "1", "api/main": "1"], "One")
        #expect(try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: first) == first)
        let second = try await fixture.commit(["web/index": "2"], "Two")
        #expect(try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: nil) == second)

        let file = try await mirror.readFile("deployd.yaml", at: first, limit: 100)
        #expect(file == Array("service: a\n".utf8))
        #expect(try await mirror.readFile("missing.yaml", at: first, limit: 100) == nil)
        let large = await failure { _ = try await mirror.readFile("deployd.yaml", at: first, limit: 5) }
        #expect(large?.code == .tooLarge)
        let directory = await failure { _ = try await mirror.readFile("web", at: first, limit: 5) }
        #expect(directory?.code == .invalid)

        let names = try await mirror.list("", at: first)?.map { "\($0.kind) \($0.path)" }
        #expect(names == ["directory api", "file deployd.yaml", "directory web"])
        #expect(try await mirror.list("web", at: second)?.map(\.path) == ["web/index"])
        #expect(try await mirror.list("nowhere", at: second) == nil)
        let hashes = try await [
            mirror.treeHash(of: "api", at: first) == mirror.treeHash(of: "api", at: second),
            mirror.treeHash(of: "web", at: first) == mirror.treeHash(of: "web", at: second),
            mirror.treeHash(of: "", at: first) == fixture.git("rev-parse", "\(first)^{tree}"),
            mirror.treeHash(of: "nowhere", at: first) == nil,
        ]
        #expect(hashes == [true, false, true, true])
    }

    /// More than one git is given at once, in names and in bytes.
    @Test func readsFilesTogether() async throws {
        let fixture = try await GitFixture()
        let mirror = try await fixture.mirror()
        let large = String(repeating: "x", count: 5 << 20)
        var files = ["a/large": large, "b/large": large, "a/empty": "", "c/d": "1"]
        for number in 0..<600 { files["many/\(number)"] = "\(number)\n" }
        let commit = try await fixture.commit(files)
        _ = try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: commit)
        let found = try await mirror.readFiles(files.keys.sorted() + ["none", "c"], at: commit, limit: 6 << 20)
        let contents = found.compactMapValues { try? $0.get() }
        #expect(contents == files.mapValues { Array($0.utf8) })
        #expect(found.count == files.count + 1 && code(of: found["c"]) == .invalid)
        let small = try await mirror.readFiles(["a/large", "c/d"], at: commit, limit: 10)
        let one = try small["c/d"]?.get()
        #expect(code(of: small["a/large"]) == .tooLarge && one == Array("1".utf8))
        let outside = await failure { _ = try await mirror.readFiles(["../a"], at: commit, limit: 10) }
        #expect(outside?.code == .invalid)
    }

    private func code(of result: Result<[UInt8], DeploydError>?) -> DeploydError.Code? {
        if case .failure(let error)? = result { error.code } else { nil }
    }

    @Test func keepsCommitsThatWereMovedAway() async throws {
        let fixture = try await GitFixture()
        let mirror = try await fixture.mirror()
        try await fixture.commit(["a": "1"])
        let moved = try await fixture.commit(["a": "2"])
        _ = try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: moved)
        try await fixture.git("reset", "--quiet", "--hard", "HEAD~1")
        let other = try await fixture.commit(["a": "3"])
        try await fixture.git("reflog", "expire", "--expire=now", "--all")
        try await fixture.git("gc", "--quiet", "--prune=now")
        _ = try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: other)
        try await mirror.maintain()
        // Without the network: it is here.
        let offline = GitRemote(url: try .parse("file:///nowhere", allowLocal: true))
        #expect(try await mirror.fetch(offline, reference: "refs/heads/main", commit: moved) == moved)
        let reopened = try await fixture.mirror()
        #expect(try await reopened.readFile("a", at: moved, limit: 10) == Array("2".utf8))

        let lost = try await fixture.mirror("another")
        let gone = await failure {
            _ = try await lost.fetch(fixture.remote, reference: "refs/heads/main", commit: moved)
        }
        #expect(gone?.code == .notFound && gone?.message.contains("is gone") == true)
    }

    @Test func listsBranchesAndTags() async throws {
        let fixture = try await GitFixture()
        let mirror = try await fixture.mirror()
        let empty = try await mirror.remoteReferences(of: fixture.remote)
        #expect(empty == RemoteReferences(commits: [:], defaultBranch: nil))
        let first = try await fixture.commit(["a": "1"])
        try await fixture.git("tag", "-a", "-m", "One", "v1")
        try await fixture.git("branch", "other")
        let second = try await fixture.commit(["a": "2"])
        #expect(
            try await mirror.remoteReferences(of: fixture.remote)
                == RemoteReferences(
                    commits: ["refs/heads/main": second, "refs/heads/other": first, "refs/tags/v1": first],
                    defaultBranch: "refs/heads/main"))
        // A push of an annotated tag names the tag's own id in some providers' payloads.
        let tag = try await fixture.git("rev-parse", "v1")
        #expect(try await mirror.fetch(fixture.remote, reference: "refs/tags/v1", commit: tag) == first)
        #expect(try await mirror.fetch(fixture.remote, reference: "refs/tags/v1", commit: nil) == first)
    }

    @Test func tellsWhatIsWrong() async throws {
        let fixture = try await GitFixture()
        let mirror = try await fixture.mirror()
        let commit = try await fixture.commit(["a": "1"])
        let nowhere = GitRemote(url: try .parse("file:///nowhere", allowLocal: true))
        let closed = GitRemote(url: try .parse("https://127.0.0.1:1/x"))
        let absent = String(repeating: "1", count: 40)
        let codes = await [
            failure { _ = try await mirror.fetch(nowhere, reference: "refs/heads/main", commit: commit) },
            failure { _ = try await mirror.fetch(fixture.remote, reference: "refs/heads/no", commit: nil) },
            failure { _ = try await mirror.fetch(closed, reference: "refs/heads/main", commit: nil) },
            failure { _ = try await mirror.fetch(fixture.remote, reference: "--upload-pack=x", commit: nil) },
            failure { _ = try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: "HEAD") },
            failure { _ = try await mirror.readFile("a", at: "--help", limit: 10) },
            failure { _ = try await mirror.readFile("../a", at: commit, limit: 10) },
            failure { _ = try await mirror.readFile("a", at: absent, limit: 10) },
        ].map { $0?.code }
        #expect(
            codes == [.notFound, .notFound, .unavailable, .invalid, .invalid, .invalid, .invalid, .notFound])
    }

    @Test func removesOnlyLocksThatNobodyHolds() async throws {
        let fixture = try await GitFixture()
        let mirror = try await fixture.mirror()
        let commit = try await fixture.commit(["a": "1"])
        let locks = ["shallow.lock", "packed-refs.lock", "refs/heads/x.lock"].map { "\(mirror.directory)/\($0)" }
        for lock in locks { try Files.write([], to: lock) }
        let sleeper = try await fixture.runner.spawnDetached(
            Command("sleep", ["60"], environment: ["PATH": "/usr/bin:/bin"], directory: mirror.directory))
        _ = try await fixture.mirror()
        #expect(locks.map { access($0, F_OK) } == [0, 0, 0])
        kill(sleeper.pid, SIGKILL)
        #expect(await eventually { sleeper.status != nil })
        let reopened = try await fixture.mirror()
        #expect(locks.map { access($0, F_OK) } == [-1, -1, -1])
        #expect(try await reopened.fetch(fixture.remote, reference: "refs/heads/main", commit: nil) == commit)
    }

    @Test func servesManyCallersInTurn() async throws {
        let fixture = try await GitFixture()
        let mirror = try await fixture.mirror()
        let commit = try await fixture.commit(["a": "1"])
        let results = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<10 {
                group.addTask { try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: commit) }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(results == [commit])
    }
}
