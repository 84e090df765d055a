public import Core
import Glibc

/// A bare repository of our own, into which a code repository's commits are fetched.
///
/// Nothing is ever checked out and no hook, filter or attribute of the repository has an effect. Each fetched commit is
/// kept by a ref of its own (`refs/deployd/commits/ID`), so what is deployed can be read whatever is pushed over it.
/// One git process at a time works on a mirror; further calls wait their turn. Copies share that queue; a directory must
/// be opened once.
public struct GitMirror: Sendable {
    public let directory: String
    let commands: GitCommands
    let options: GitOptions
    let runner: CommandRunner
    let threads: BlockingThreads
    let queue: Limiter

    /// The repository's own attributes would drop and rewrite files of an archive; `info/attributes` goes before them.
    private static let attributes = "* -text -ident -filter -working-tree-encoding -export-ignore -export-subst\n"

    /// Opens the mirror in `directory`, or makes it, and frees it of what a killed git left behind.
    /// - Throws: `DeploydError`: `unavailable` without git.
    public static func open(
        _ directory: String, options: GitOptions, runner: CommandRunner, threads: BlockingThreads
    ) async throws -> GitMirror {
        let configuration = "\(directory)/deployd.gitconfig"
        let environment = GitEnvironment(outer: options.environment, configurationFile: configuration)
        let mirror = GitMirror(
            directory: directory,
            commands: GitCommands(executable: options.executable, directory: directory, environment: environment),
            options: options, runner: runner, threads: threads,
            queue: Limiter(1, maximumWaiting: options.maximumWaiting, what: "the repository's mirror"))
        try await threads.run {
            try Files.makeDirectory("\(directory)/info")
            for place in [directory, "\(directory)/info"] { Files.removeUnfinished(in: place) }
            try Files.write(Array(GitEnvironment.configuration.utf8), to: configuration)
            try Files.write(Array(attributes.utf8), to: "\(directory)/info/attributes")
            try StaleLocks.remove(in: directory)
        }
        // Repeating it changes nothing; it completes what a crash left half made.
        _ = try await mirror.local(mirror.commands.create(), doing: "make the mirror \(directory)")
        return mirror
    }

    /// Runs a command that reads or writes the mirror only.
    func local(_ command: Command, doing: String, limit: Int = 1 << 20) async throws -> CommandResult {
        let result = try await run(command, deadline: options.readDeadline, limit: limit)
        guard result.succeeded else {
            throw GitFailure.localError(doing: doing, text: result.errorText, status: result.status)
        }
        return result
    }

    /// Runs a command to its end. One that was stopped has left its locks behind.
    func run(_ command: Command, deadline: Duration, limit: Int = 1 << 20) async throws -> CommandResult {
        do {
            let result = try await runner.run(command, deadline: deadline, outputLimit: limit)
            if result.errorText.contains(".lock': File exists") { try await removeStaleLocks() }
            return result
        } catch let error as DeploydError where error.code == .notFound {
            throw GitMirror.withoutGit(error)
        } catch let error as DeploydError where [.timedOut, .cancelled, .tooLarge].contains(error.code) {
            try? await removeStaleLocks()
            throw error
        }
    }

    /// A machine without git says nothing about what was pushed.
    static func withoutGit(_ error: DeploydError) -> DeploydError {
        DeploydError(.unavailable, "git cannot be run: \(error.message)")
    }

    private func removeStaleLocks() async throws {
        try await threads.run { [directory] in try StaleLocks.remove(in: directory) }
    }

    /// Packs what has come in many small pieces. Nothing that is kept is lost.
    public func maintain() async throws {
        try await queue.withPlace {
            let command = commands.maintain()
            let result = try await run(command, deadline: options.fetchDeadline)
            guard result.succeeded else {
                throw GitFailure.localError(
                    doing: "pack the mirror \(directory)", text: result.errorText, status: result.status)
            }
        }
    }

    /// Removes the mirror from disk.
    public func remove() async throws {
        try await queue.withPlace {
            try await threads.run { [directory] in try Files.removeTree(directory) }
        }
    }
}
