import Core
import System

/// A bare repository and a working copy of it, made by the real git.
struct GitRepository: Sendable {
    let name: String
    let url: String
    let work: String
    let secret: String
    private let runner: CommandRunner

    /// - Parameter directory: where both are made.
    init(_ name: String, in directory: String, runner: CommandRunner) async throws {
        let folder = "\(directory)/git/\(name)"
        self.name = name
        self.runner = runner
        work = "\(folder)/work"
        url = "file://\(folder)/bare.git"
        secret = "webhook-secret-of-\(name)"
        try Files.makeDirectory(work, mode: 0o755)
        try await git("init", "--quiet", "--bare", "--initial-branch=main", "../bare.git")
        try await git("init", "--quiet", "--initial-branch=main")
        try await git("remote", "add", "origin", "../bare.git")
    }

    /// Commits exactly these files, and pushes the branch.
    /// - Returns: the commit.
    func push(_ files: [String: String], branch: String = "main") async throws -> String {
        try await git("rm", "-r", "--quiet", "--force", "--ignore-unmatch", ".")
        for (path, text) in files { try writeFile(text, to: "\(work)/\(path)") }
        try await git("add", "--all")
        try await git("commit", "--quiet", "--allow-empty", "--message=change")
        try await git("push", "--quiet", "origin", "HEAD:refs/heads/\(branch)")
        return String(try await git("rev-parse", "HEAD").prefix { !$0.isNewline })
    }

    /// Sets the branch `main` to an older commit.
    func force(_ commit: String) async throws {
        try await git("push", "--quiet", "--force", "origin", "\(commit):refs/heads/main")
    }

    /// Tags the commit that was pushed last, and pushes the tag.
    /// - Parameter annotated: whether the tag is an object of its own.
    /// - Returns: what the tag's ref names.
    func tag(_ name: String, annotated: Bool = false, force: Bool = false) async throws -> String {
        let how = (annotated ? ["--annotate", "--message=release"] : []) + (force ? ["--force"] : [])
        try await git(["tag"] + how + [name])
        try await git(["push", "--quiet"] + (force ? ["--force"] : []) + ["origin", "refs/tags/\(name)"])
        return String(try await git("rev-parse", "refs/tags/\(name)").prefix { !$0.isNewline })
    }

    @discardableResult
    func git(_ arguments: String...) async throws -> String { try await git(arguments) }

    /// Runs git in the working copy.
    @discardableResult
    func git(_ arguments: [String]) async throws -> String {
        let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
        let environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": work, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
        ]
        let result = try await runner.run(
            Command("git", identity + arguments, environment: environment, directory: work), deadline: .seconds(120),
            outputLimit: 1 << 20)
        guard result.succeeded else { throw DeploydError(.internal, "git \(arguments): \(result.errorText)") }
        return result.text
    }
}
