import Core
import Crypto
import Glibc
import TestSupport
import Testing

@testable import System

struct WorkingTreeTests {
    private let temporary = TemporaryDirectory("tree")
    private let threads = BlockingThreads()
    private let runner: CommandRunner
    private let tree: WorkingTree

    init() throws {
        runner = try CommandRunner()
        tree = WorkingTree(
            runner: runner, threads: threads, environment: ["PATH": "/usr/bin:/bin", "HOME": temporary.path])
    }

    private var folder: String { temporary.appending("folder") }

    private func write(_ files: [String: String], mode: UInt32 = 0o644) throws {
        for (path, content) in files {
            let end = path.lastIndex(of: "/") ?? path.startIndex
            try Files.makeDirectory("\(folder)/\(path[..<end])")
            try Files.write(Array(content.utf8), to: "\(folder)/\(path)", mode: mode)
        }
    }

    private func git(_ arguments: String...) async throws {
        let command = Command(
            "git", ["-c", "user.name=a", "-c", "user.email=a@b"] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "HOME": temporary.path], directory: folder)
        try #require(try await runner.run(command, deadline: .seconds(60), outputLimit: 1 << 20).succeeded)
    }

    @Test func packsWhatTheDeveloperMeans() async throws {
        let long = String(repeating: "long-name/", count: 20) + "file"
        try write([
            ".gitignore": "build/\n*.log\n", "tracked": "1", "deleted": "x", "build/out": "x", "a.log": "x", "new": "2",
            long: "3", "forced.log": "4",
        ])
        try write(["run": "#!"], mode: 0o755)
        symlink("tracked", "\(folder)/link")
        try await git("init", "--quiet")
        try await git("add", "tracked", "deleted")
        try await git("add", "--force", "forced.log")
        unlink("\(folder)/deleted")
        let packed = try await tree.pack(folder, into: temporary.appending("one.tar"))
        let expected = [
            ".gitignore 644", "forced.log 644", "link -> tracked", "\(long) 644", "new 644", "run 755", "tracked 644",
        ]
        #expect(packed.manifest.entries.map(ArchiveFixture.line) == expected)

        // What is unpacked elsewhere is the same tree, for our reader and for GNU tar.
        let copy = temporary.appending("copy")
        let manifest = try await TreeArchive.unpack(
            temporary.appending("one.tar"), isGzip: false, into: copy, on: threads)
        #expect(manifest == packed.manifest && manifest.digest == packed.manifest.digest)
        let listing = try await runner.run(
            Command("tar", ["-tf", temporary.appending("one.tar")], environment: ["PATH": "/usr/bin:/bin"]),
            deadline: .seconds(60), outputLimit: 1 << 20)
        #expect(listing.text.split(separator: "\n").count == expected.count && listing.errorText == "")

        // Without git the copy is everything, so the same; and pushed again it is the same byte by byte.
        let again = try await tree.pack(copy, into: temporary.appending("two.tar"))
        #expect(again == packed)
        #expect(
            try Files.read(temporary.appending("one.tar"), limit: 1 << 20)
                == Files.read(temporary.appending("two.tar"), limit: 1 << 20))
        chmod("\(copy)/run", 0o644)
        let changed = try await tree.pack(copy, into: temporary.appending("three.tar"))
        #expect(changed.manifest.digest != packed.manifest.digest)
    }

    @Test func packsAFolderWithoutGit() async throws {
        try write(["a": "1", "a-b": "2", "a.d/x": "3", ".git/config": "x", "sub/.git": "x", "sub/y": "4"])
        try Files.makeDirectory("\(folder)/empty/inner", mode: 0o755)
        let packed = try await tree.pack(folder, into: temporary.appending("one.tar"))
        #expect(
            packed.manifest.entries.map(ArchiveFixture.line) == [
                "a 644", "a-b 644", "a.d/x 644", "empty/inner/", "sub/y 644",
            ])
        let manifest = try await TreeArchive.unpack(
            temporary.appending("one.tar"), isGzip: false, into: temporary.appending("copy"), on: threads)
        #expect(manifest == packed.manifest)
    }

    @Test func saysWhatCannotBePushed() async throws {
        try write(["a": "1"])
        var errors: [DeploydError?] = []
        func tryOut(_ limits: ArchiveLimits = ArchiveLimits()) async {
            errors.append(
                await failure { _ = try await tree.pack(folder, into: temporary.appending("x.tar"), limits: limits) })
        }
        await tryOut(ArchiveLimits(totalBytes: 1024))
        symlink("/etc/passwd", "\(folder)/absolute")
        await tryOut()
        unlink("\(folder)/absolute")
        mkfifo("\(folder)/pipe", 0o600)
        await tryOut()
        unlink("\(folder)/pipe")
        try await git("init", "--quiet")
        try await git("init", "--quiet", "nested")
        await tryOut()
        #expect(errors.map { $0?.code } == [.tooLarge, .invalid, .invalid, .invalid])
        let names = ["bytes", "absolute", "pipe", "nested"]
        let unnamed = zip(errors, names).filter { error, name in error?.message.contains(name) != true }.map(\.1)
        #expect(unnamed == [])
        #expect(access(temporary.appending("x.tar"), F_OK) != 0)
    }

    /// The digest is kept in artifacts' names: it may not change from one deployd to the next.
    @Test func keepsItsDigests() {
        let manifest = TreeManifest([
            .init(path: "b", kind: .link(to: "a")), .init(path: "a", kind: .file(.sha256(of: "x"), mode: 0o644)),
            .init(path: "c", kind: .emptyDirectory),
        ])
        #expect(manifest.digest.hex == "d07d5d1afb7bab837de1e33f6c07dadfe2788f949955d1537f5ad6f62fb20cec")
    }
}
