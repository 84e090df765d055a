import Core
import Glibc
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite struct RemoteRepositoriesTests {
    private let directory = TemporaryDirectory("remotes")
    private let runner: CommandRunner

    init() throws { runner = try CommandRunner() }

    private var repositories: RemoteRepositories {
        RemoteRepositories(
            dataDirectory: directory.path, allowsLocal: true,
            options: GitOptions(environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]), runner: runner,
            threads: BlockingThreads(), log: Log { _ in })
    }

    /// `COMMIT FILE…`, or the code of the error.
    private func read(_ url: String, _ ref: String) async -> String {
        do {
            let reading = try await repositories.fetch(RemoteRepository(url: url, ref: ref))
            return ([reading.commit] + reading.files.keys.sorted()).joined(separator: " ")
        } catch {
            return (error as? DeploydError)?.code.rawValue ?? "\(error)"
        }
    }

    @Test func tagsBranchesRefsAndCommitsAreRead() async throws {
        let code = try await TestRepository(runner: runner)
        let url = code.repository.url
        let first = try await code.commit(["repository.yaml": "repository: a\n", ".hidden.yaml": "x", "b/c.yaml": "x"])
        let second = try await code.commit(["repository.yaml": "repository: a\n", "x.yml": "x\n"])
        let found = [
            await read(url, "main"), await read(url, first), await read(url, "refs/heads/main"),
            await read(url, "mian"), await read("ext::sh -c id", "main"), await read("file:///nowhere", "main"),
        ]
        #expect(
            found == [
                "\(second) repository.yaml x.yml", "\(first) repository.yaml",
                "\(second) repository.yaml x.yml", "notFound", "invalid", "notFound",
            ])
    }

    /// A server that was started again has what was in force, without the repository.
    @Test func whatWasInForceIsKept() async throws {
        let code = try await TestRepository(runner: runner)
        let remote = RemoteRepository(url: code.repository.url, ref: "main")
        let commit = try await code.commit(["repository.yaml": "repository: a\n"])
        #expect(await repositories.last(remote) == nil)
        let reading = try await repositories.fetch(remote)
        #expect(await repositories.last(remote) == nil)
        try await repositories.pin([remote: reading.commit])
        let last = try #require(await repositories.last(remote))
        #expect(last.commit == commit && last.files == ["repository.yaml": Array("repository: a\n".utf8)])
        try await repositories.pin([:])
        #expect(await repositories.last(remote) == nil)
    }
}
