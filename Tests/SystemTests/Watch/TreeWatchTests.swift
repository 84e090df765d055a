import Core
import Glibc
import TestSupport
import Testing

@testable import System

struct TreeWatchTests {
    private let temporary = TemporaryDirectory("watch")
    private let tree: WorkingTree
    private let runner: CommandRunner

    init() throws {
        runner = try CommandRunner()
        tree = WorkingTree(
            runner: runner, threads: BlockingThreads(),
            environment: ["PATH": "/usr/bin:/bin", "HOME": temporary.path])
    }

    private var folder: String { temporary.appending("folder") }

    private func write(_ text: String, to path: String) throws {
        try Files.makeDirectory("\(folder)/\(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])")
        let file = open("\(folder)/\(path)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(file) }
        _ = text.withCString { Glibc.write(file, $0, strlen($0)) }
    }

    /// What is noticed when `body` changes something.
    private func noticed(_ watch: TreeWatch, _ body: () throws -> Void) async throws -> Set<String> {
        _ = try await watch.refresh()
        try body()
        return Set(try await watch.change(quiet: .milliseconds(50), patience: .seconds(20)))
    }

    @Test func noticesWhatGitDoesNotIgnore() async throws {
        try write("build/\nnode_modules/\n", to: ".gitignore")
        try write("", to: "main")
        try write("", to: "src/deep/a")
        try write("", to: "build/x")
        try write("", to: "node_modules/y/z")
        let made = try await runner.run(
            Command("git", ["init", "--quiet"], environment: ["PATH": "/usr/bin:/bin"], directory: folder),
            deadline: .seconds(60), outputLimit: 1 << 20)
        #expect(made.succeeded)
        let watch = try TreeWatch(root: folder, tree: tree)
        #expect(await tree.ignoredFolders(of: folder) == ["build", "node_modules"])
        // The root, src and src/deep.
        let count = try await watch.refresh()
        #expect(count == 3)
        let changes: [(Set<String>, () throws -> Void)] = [
            (["main"], { try write("1", to: "main") }),
            (["src/deep/a"], { try write("1", to: "src/deep/a") }),
            (["src/deep/a"], { chmod("\(folder)/src/deep/a", 0o755) }),
            (["src/deep/a", "src/b"], { rename("\(folder)/src/deep/a", "\(folder)/src/b") }),
            (["src/new"], { try Files.makeDirectory("\(folder)/src/new/inner") }),
            (["src/new/inner/c"], { try write("", to: "src/new/inner/c") }),
            (["src/new/inner/c"], { unlink("\(folder)/src/new/inner/c") }),
        ]
        for (expected, change) in changes { #expect(try await noticed(watch, change) == expected) }
        _ = try await watch.refresh()
        try write("2", to: "build/x")
        try write("2", to: "node_modules/y/z")
        try write("2", to: ".git/config-of-nobody")
        let unnoticed = try await watch.change(patience: .milliseconds(300))
        #expect(unnoticed == [])
        // What went unnoticed did not hide what is to be noticed.
        #expect(try await noticed(watch) { try write("3", to: "main") } == ["main"])
    }

    @Test func watchesEverythingOutsideGit() async throws {
        try write("build/\n", to: ".gitignore")
        try write("", to: "build/x")
        let watch = try TreeWatch(root: folder, tree: tree)
        #expect(try await watch.refresh() == 2)
        #expect(try await noticed(watch) { try write("2", to: "build/x") } == ["build/x"])
    }

    @Test func endsWhenItIsCancelledOrTheFolderIsGone() async throws {
        try Files.makeDirectory(folder)
        let watch = try TreeWatch(root: folder, tree: tree)
        _ = try await watch.refresh()
        let waiting = Task { try await watch.change() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }

        let other = try TreeWatch(root: folder, tree: tree)
        _ = try await other.refresh()
        rmdir(folder)
        await #expect(throws: DeploydError.self) { try await other.change() }
    }
}
