public import Core

/// Which files of a folder a developer means when pushing it.
public struct WorkingTree: Sendable {
    private let runner: CommandRunner
    private let environment: [String: String]
    let threads: BlockingThreads

    /// - Parameter environment: the developer's, so that their own ignore file counts.
    public init(runner: CommandRunner, threads: BlockingThreads, environment: [String: String]) {
        self.runner = runner
        self.threads = threads
        self.environment = environment
    }

    /// The paths of a folder's files, relative to it: in a git work tree what is tracked or new and not ignored
    /// (gitignore(5)), elsewhere everything.
    /// - Returns: nil for everything but `.git`.
    func listing(of directory: String) async throws -> [String]? {
        guard let result = try? await run(WorkingTree.list(directory, environment)), result.succeeded else {
            return nil
        }
        let paths = Set(result.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
        // A folder that the repository around it ignores as a whole is pushed as it is.
        return paths.isEmpty ? nil : paths.sorted()
    }

    /// The folders that git ignores as a whole, relative to it; none outside a git work tree.
    func ignoredFolders(of directory: String) async -> Set<String> {
        guard let result = try? await run(WorkingTree.listIgnored(directory, environment)), result.succeeded else {
            return []
        }
        let paths = result.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return Set(paths.filter { $0.hasSuffix("/") }.map { String($0.dropLast()) })
    }

    /// Whether a path is a repository of its own: git names one that it does not track with a `/` at its end.
    static func isRepository(_ path: String) -> Bool { path.hasSuffix("/") }

    /// A file system monitor of the repository's configuration would be a program that runs.
    static func list(_ directory: String, _ environment: [String: String]) -> Command {
        Command(
            "git",
            [
                "-c", "core.fsmonitor=false", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ".",
            ],
            environment: environment, directory: directory)
    }

    static func listIgnored(_ directory: String, _ environment: [String: String]) -> Command {
        Command(
            "git",
            [
                "-c", "core.fsmonitor=false", "ls-files", "--others", "--ignored", "--exclude-standard", "--directory",
                "-z", "--", ".",
            ],
            environment: environment, directory: directory)
    }

    private func run(_ command: Command) async throws -> CommandResult {
        try await runner.run(command, deadline: .seconds(60), outputLimit: 64 << 20)
    }
}
