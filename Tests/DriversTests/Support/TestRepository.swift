import Core
import Model
import System
import TestSupport

/// A real git repository whose commits tests make, registered as `acme/hello`.
final class TestRepository: Sendable {
    private let directory = TemporaryDirectory("deployd-repository")
    private let runner: CommandRunner
    let repository: CodeRepository

    init(runner: CommandRunner, name: String = "acme/hello") async throws {
        self.runner = runner
        repository = CodeRepository(
            id: "01r", name: name, url: "file://\(directory.path)", provider: "github", defaultBranch: "main",
            createdAt: Timestamp(seconds: 0))
        try await git("init", "--quiet", "--initial-branch=main")
    }

    /// Commits files on the branch `main`.
    /// - Returns: the commit.
    @discardableResult
    func commit(_ files: [String: String]) async throws -> String {
        for (path, text) in files {
            if let slash = path.lastIndex(of: "/") {
                try Files.makeDirectory(directory.appending(String(path[..<slash])), mode: 0o755)
            }
            let mode: UInt32 = text.hasPrefix("#!") ? 0o755 : 0o644
            try Files.write(Array(text.utf8), to: directory.appending(path), mode: mode)
        }
        try await git("add", "--all")
        try await git("commit", "--quiet", "--allow-empty", "--message=change")
        return String(try await git("rev-parse", "HEAD").prefix { !$0.isNewline })
    }

    @discardableResult
    func git(_ arguments: String...) async throws -> String {
        let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        let environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": directory.path, "GIT_CONFIG_NOSYSTEM": "1",
        ]
        let result = try await runner.run(
            Command("git", identity + arguments, environment: environment, directory: directory.path),
            deadline: .seconds(60), outputLimit: 1 << 20)
        guard result.succeeded else { throw DeploydError(.internal, "git: \(result.errorText)") }
        return result.text
    }
}
