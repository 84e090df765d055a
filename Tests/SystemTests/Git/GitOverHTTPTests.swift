import Core
import Glibc
import TestSupport
import Testing

@testable import System

struct GitOverHTTPTests {
    @Test func keepsThePasswordToItself() async throws {
        let fixture = try await GitFixture()
        let server = try await GitServer(root: fixture.temporary.path, runner: fixture.runner)
        let mirror = try await fixture.mirror()
        let commit = try await fixture.commit(["a": "1"])
        let remote = try server.remote("/git/source/.git")
        #expect(try await mirror.remoteReferences(of: remote).commits == ["refs/heads/main": commit])
        #expect(try await mirror.fetch(remote, reference: "refs/heads/main", commit: commit) == commit)
        #expect(server.notes == "")

        let wrong = [
            try server.remote("/git/source/.git", password: nil), try server.remote("/git/source/.git", password: "x"),
            // A redirect to another name is not given the password.
            try server.remote("/away/source/.git"),
        ]
        var messages: [String] = []
        for remote in wrong {
            let error = await failure { _ = try await mirror.remoteReferences(of: remote) }
            #expect(error?.code == .unauthenticated)
            messages.append(error?.message ?? "")
        }
        #expect(messages.allSatisfy { !$0.contains(GitServer.password) && $0.contains("credentials") })
        #expect(server.notes == "")
    }

    @Test func tellsVerdictsFromAccidents() async throws {
        let fixture = try await GitFixture()
        let server = try await GitServer(root: fixture.temporary.path, runner: fixture.runner)
        let mirror = try await fixture.mirror()
        var codes: [DeploydError.Code?] = []
        for path in [
            "/git/missing", "/status/403/x", "/status/404/x", "/status/500/x", "/status/503/x", "/status/429/x",
        ] {
            let remote = try server.remote(path)
            codes.append(await failure { _ = try await mirror.remoteReferences(of: remote) }?.code)
        }
        #expect(codes == [.notFound, .forbidden, .notFound, .unavailable, .unavailable, .unavailable])
    }

    @Test func stopsAtItsDeadline() async throws {
        let fixture = try await GitFixture()
        let server = try await GitServer(root: fixture.temporary.path, runner: fixture.runner)
        var options = GitOptions(environment: ["PATH": "/usr/bin:/bin"])
        options.fetchDeadline = .milliseconds(500)
        options.maximumWaiting = 1
        let mirror = try await GitMirror.open(
            fixture.temporary.appending("mirror"), options: options, runner: fixture.runner, threads: fixture.threads)
        let remote = try server.remote("/hang")
        async let first = failure { _ = try await mirror.remoteReferences(of: remote) }
        async let second = failure { _ = try await mirror.remoteReferences(of: remote) }
        async let third = failure { _ = try await mirror.remoteReferences(of: remote) }
        let codes = await [first, second, third].compactMap { $0?.code.rawValue }.sorted()
        #expect(codes == ["exhausted", "timedOut", "timedOut"])
    }

    /// Such servers give the heads of refs only.
    @Test func fetchesOldCommitsFromOldServers() async throws {
        let fixture = try await GitFixture()
        let server = try await GitServer(root: fixture.temporary.path, runner: fixture.runner)
        let remote = try server.remote("/old/source/.git")
        try await fixture.commit(["a": "0"])
        let old = try await fixture.commit(["a": "1"])
        let lost = try await fixture.commit(["a": "2"])
        try await fixture.git("reset", "--quiet", "--hard", "HEAD~1")
        let head = try await fixture.commit(["a": "3"])
        let mirror = try await fixture.mirror()
        #expect(try await mirror.fetch(remote, reference: "refs/heads/main", commit: head) == head)
        #expect(access("\(mirror.directory)/shallow", F_OK) == 0)
        #expect(try await mirror.fetch(remote, reference: "refs/heads/main", commit: old) == old)
        #expect(try await mirror.readFile("a", at: old, limit: 10) == Array("1".utf8))
        let gone = await failure { _ = try await mirror.fetch(remote, reference: "refs/heads/main", commit: lost) }
        #expect(gone?.code == .notFound && gone?.message.contains("is gone") == true)
        // A mirror that has history keeps it.
        #expect(access("\(mirror.directory)/shallow", F_OK) == -1)
        let next = try await fixture.commit(["a": "4"])
        #expect(try await mirror.fetch(remote, reference: "refs/heads/main", commit: nil) == next)
        #expect(access("\(mirror.directory)/shallow", F_OK) == -1)
    }
}
