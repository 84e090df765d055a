import Core
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite struct GitSourceTests {
    private let directory = TemporaryDirectory("dd")
    private let runner: CommandRunner
    private let source: GitSource

    init() throws {
        runner = try CommandRunner()
        try Files.makeDirectory(directory.appending("spool"))
        source = GitSourceTests.source(directory, runner, allowsLocal: true)
    }

    private static func source(_ directory: TemporaryDirectory, _ runner: CommandRunner, allowsLocal: Bool)
        -> GitSource
    {
        GitSource(
            dataDirectory: directory.path, spoolDirectory: directory.appending("spool"), allowsLocal: allowsLocal,
            options: GitOptions(environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]), runner: runner,
            threads: BlockingThreads(), log: Log { _ in })
    }

    @Test func commitsAreFetchedReadAndExported() async throws {
        let code = try await TestRepository(runner: runner)
        let first = try await code.commit(["deployd.yaml": "service: hello\n", "a/b.sh": "#!/bin/sh\n"])
        let second = try await code.commit(["deployd.yaml": "service: other\n"])
        let secrets = RepositorySecrets()
        let head = try await source.fetch(code.repository, secrets, reference: "refs/heads/main", commit: nil)
        let old = try await source.fetch(code.repository, secrets, reference: "refs/heads/main", commit: first)
        #expect([old, head] == [first, second])
        let references = try await source.references(of: code.repository, secrets)
        #expect(references == [SourceHead(reference: "refs/heads/main", commit: second)])

        // A server that was started again finds all of it, without its repository.
        let again = GitSourceTests.source(directory, runner, allowsLocal: false)
        let file = try await again.file("deployd.yaml", in: code.repository, at: first, limit: 100)
        #expect(file == Array("service: hello\n".utf8))
        #expect(try await again.file("nothing", in: code.repository, at: first, limit: 100) == nil)
        let target = directory.appending("exported")
        try await again.export(.commit(repository: code.repository.name, commit: first), to: target)
        #expect(FileTree.names(in: target) == ["a", "deployd.yaml"])

        try await again.forget(code.repository)
        #expect(FileTree.names(in: directory.appending("sources/repositories")) == [])
    }

    /// The same of a commit and of a pushed tree.
    @Test func foldersAreRead() async throws {
        let files = [
            "service/k8s/a.yaml": "a", "service/k8s/sub/b.yml": "bb", "service/k8s/README.md": "-",
            "service/k8s/.hidden.yaml": "-", "service/k8s/.git-no/c.yaml": "-", "service/deployd.yaml": "-",
        ]
        let code = try await TestRepository(runner: runner)
        let commit = try await code.commit(files)
        _ = try await source.fetch(code.repository, RepositorySecrets(), reference: "refs/heads/main", commit: commit)
        let exported = directory.appending("exported")
        try await source.export(.commit(repository: code.repository.name, commit: commit), to: exported)
        let packed = try await runner.run(
            Command(
                "tar", ["-cf", directory.appending("spool/tree"), "-C", exported, "."],
                environment: ["PATH": "/usr/bin:/bin"]), deadline: .seconds(30), outputLimit: 1000)
        #expect(packed.succeeded)
        let digest = try await source.acceptTree(spooled: "tree", isGzip: false)
        for revision in [
            SourceRevision.commit(repository: code.repository.name, commit: commit), .tree(digest: digest),
        ] {
            func read(_ folder: String, limit: Int = 3, maximum: Int = 2) async throws -> [String: [UInt8]]? {
                try await source.files(
                    below: folder, of: revision, endingIn: [".yaml", ".yml"], limit: limit, maximum: maximum)
            }
            #expect(
                try await read("service/k8s") == [
                    "service/k8s/a.yaml": Array("a".utf8), "service/k8s/sub/b.yml": Array("bb".utf8),
                ])
            #expect(try await read("none") == nil)
            #expect(try await read("service/deployd.yaml") == nil)
            await #expect(throws: DeploydError.self) { try await read("service/k8s", limit: 2) }
            await #expect(throws: DeploydError.self) { try await read("service/k8s", maximum: 1) }
            await #expect(throws: DeploydError.self) { try await read("../service") }
        }
    }

    @Test func whatIsWrongIsAVerdictThatSaysSo() async throws {
        let code = try await TestRepository(runner: runner)
        let commit = try await code.commit(["deployd.yaml": "service: hello\n"])
        let secrets = RepositorySecrets()
        _ = try await source.fetch(code.repository, secrets, reference: "refs/heads/main", commit: commit)
        func outcome(_ body: () async throws -> Void) async -> DeploydError.Code? {
            do {
                try await body()
                return nil
            } catch {
                return (error as? DeploydError)?.code
            }
        }
        let gone = String(repeating: "1", count: 40)
        let strict = GitSourceTests.source(directory, runner, allowsLocal: false)
        let codes = [
            await outcome {
                _ = try await source.fetch(code.repository, secrets, reference: "refs/heads/main", commit: gone)
            },
            await outcome {
                _ = try await source.fetch(code.repository, secrets, reference: "refs/heads/none", commit: nil)
            },
            await outcome {
                _ = try await strict.fetch(code.repository, secrets, reference: "refs/heads/main", commit: nil)
            },
            await outcome { _ = try await source.file("deployd.yaml", in: code.repository, at: commit, limit: 3) },
            await outcome { try await source.export(.tree(digest: gone), to: directory.appending("x")) },
            await outcome { _ = try await source.acceptTree(spooled: "../x", isGzip: false) },
            await outcome { _ = try await source.acceptTree(spooled: "missing", isGzip: false) },
        ]
        #expect(codes == [.notFound, .notFound, .invalid, .invalid, .invalid, .invalid, .notFound])
        #expect(!FileTree.exists(directory.appending("x")))
    }

    @Test func pushedTreesAreKeptByTheirDigest() async throws {
        let tree = directory.appending("tree")
        try Files.makeDirectory("\(tree)/sub", mode: 0o755)
        try Files.write(Array("service: hello\n".utf8), to: "\(tree)/deployd.yaml", mode: 0o644)
        try Files.write(Array("#!/bin/sh\n".utf8), to: "\(tree)/sub/run", mode: 0o755)
        for (name, flag) in [("plain", "-cf"), ("packed", "-czf")] {
            let result = try await runner.run(
                Command(
                    "tar", [flag, directory.appending("spool/\(name)"), "-C", tree, "."],
                    environment: ["PATH": "/usr/bin:/bin"]), deadline: .seconds(30), outputLimit: 1000)
            #expect(result.succeeded)
        }
        let digest = try await source.acceptTree(spooled: "plain", isGzip: false)
        let again = try await source.acceptTree(spooled: "packed", isGzip: true)
        #expect(again == digest && digest.count == 64)
        #expect(FileTree.names(in: directory.appending("sources/trees")) == [digest])

        let file = try await source.file("deployd.yaml", inTree: digest, limit: 100)
        #expect(file == Array("service: hello\n".utf8))
        #expect(try await source.file("none", inTree: digest, limit: 100) == nil)
        await #expect(throws: DeploydError.self) { try await source.file("sub", inTree: digest, limit: 100) }
        await #expect(throws: DeploydError.self) { try await source.file("../\(digest)/a", inTree: digest, limit: 1) }

        #expect(try await source.folders(in: "", ofTree: digest) == ["sub"])
        #expect(try await source.folders(in: "none", ofTree: digest) == [])

        let target = directory.appending("exported")
        try await source.export(.tree(digest: digest), to: target)
        #expect(FileTree.names(in: target) == ["deployd.yaml", "sub"])
        _ = try Command("./run", directory: "\(target)/sub").resolvedExecutable()
        await #expect(throws: DeploydError.self) { try await source.export(.tree(digest: digest), to: target) }
    }
}
