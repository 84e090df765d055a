import Core
import Glibc
import System
import TestSupport
import Testing

/// A repository to fetch from, and a mirror to fetch into.
final class GitFixture: Sendable {
    let temporary = TemporaryDirectory("git")
    let runner: CommandRunner
    let threads = BlockingThreads()

    init() async throws {
        runner = try CommandRunner()
        try await git("init", "--quiet", "--initial-branch=main", at: temporary.path, "source")
    }

    var source: String { temporary.appending("source") }

    func mirror(_ name: String = "mirror", limits: ArchiveLimits = ArchiveLimits()) async throws -> GitMirror {
        var options = GitOptions(environment: ["PATH": "/usr/bin:/bin"])
        options.limits = limits
        return try await GitMirror.open(
            temporary.appending(name), options: options, runner: runner, threads: threads)
    }

    var remote: GitRemote {
        get throws { GitRemote(url: try .parse("file://\(source)", allowLocal: true)) }
    }

    @discardableResult
    func git(_ arguments: String..., at directory: String? = nil, _ last: String? = nil) async throws -> String {
        let settings = [
            "user.name=Ada", "user.email=ada@example.com", "protocol.file.allow=always", "advice.detachedHead=false",
        ]
        let command = Command(
            "git", settings.flatMap { ["-c", $0] } + arguments + (last.map { [$0] } ?? []),
            environment: ["PATH": "/usr/bin:/bin", "HOME": temporary.path], directory: directory ?? source)
        let result = try await runner.run(command, deadline: .seconds(60), outputLimit: 1 << 20)
        try #require(result.succeeded, "git \(arguments): \(result.errorText)")
        return String(result.text.prefix { $0 != "\n" })
    }

    /// Commits all files of `source`, after writing these.
    @discardableResult
    func commit(_ files: [String: String] = [:], _ subject: String = "A change") async throws -> String {
        for (path, content) in files {
            let end = path.lastIndex(of: "/") ?? path.startIndex
            try Files.makeDirectory("\(source)/\(path[..<end])")
            try Files.write(Array(content.utf8), to: "\(source)/\(path)", mode: 0o644)
        }
        try await git("add", "--all", "--force")
        try await git("commit", "--quiet", "--allow-empty", "-m", subject)
        return try await git("rev-parse", "HEAD")
    }
}

/// The error that `body` throws.
func failure(_ body: () async throws -> Void) async -> DeploydError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? DeploydError
    }
}
