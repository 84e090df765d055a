import Core
import Model
import System

/// Runs a service's build command in its folder: no shell, and nothing of the server's environment.
struct ArtifactBuilder: Sendable {
    private static let deadline = Duration.seconds(15 * 60)
    private static let linesInErrors = 10
    /// Less room than this is none.
    private static let full = 64 << 10

    let runner: CommandRunner
    let threads: BlockingThreads
    /// `PATH` of builds.
    let path: String

    /// - Parameter arguments: program and arguments, at least the program.
    /// - Throws: `.invalid` with the last lines when it does not build.
    func build(
        _ arguments: [String], _ paths: ArtifactPaths, folder: String, redactor: Redactor, log: any StepLog
    ) async throws {
        let output = BuildOutput(log, remembered: ArtifactBuilder.linesInErrors)
        let command = ArtifactBuilder.command(arguments, paths, folder: folder, path: path)
        log.line("$ \(arguments.joined(separator: " "))")
        do {
            try await threads.run { try Files.makeDirectory(paths.home) }
            let result = try await runner.run(
                command, deadline: ArtifactBuilder.deadline, outputLimit: .max, onOutput: output.take)
            output.finish()
            guard !result.succeeded else { return }
            try throwIfDiskIsFull(paths, output, redactor)
            throw verdict("\(command.name) \(result.status)", output, redactor)
        } catch let error as DeploydError {
            output.finish()
            switch error.code {
            case .timedOut:
                let minutes = ArtifactBuilder.deadline.components.seconds / 60
                throw verdict("\(command.name) did not end within \(minutes) minutes", output, redactor)
            case .notFound: throw verdict(error.message, output, redactor)
            default: throw error
            }
        }
    }

    static func command(_ arguments: [String], _ paths: ArtifactPaths, folder: String, path: String) -> Command {
        Command(
            arguments.first ?? "", Array(arguments.dropFirst()),
            environment: ProcessVariables.base(path: path, home: paths.home), directory: paths.service(folder),
            mergesErrorOutput: true)
    }

    /// Makes what was written below `path` durable, or gives up after a minute: a disk that is so slow must not undo a
    /// build.
    func sync(_ path: String) async { await FileSystemSync.run(path, runner) }

    /// A full disk is no verdict on what was pushed: it is built again once there is room.
    private func throwIfDiskIsFull(
        _ paths: ArtifactPaths, _ output: BuildOutput, _ redactor: Redactor
    ) throws(DeploydError) {
        let said = output.lastLines.last { $0.contains("No space left on device") }
        guard said != nil || DiskSpace.free(at: paths.root).map({ $0 < ArtifactBuilder.full }) ?? false else { return }
        throw DeploydError(
            .unavailable,
            "build: \(redactor.redact(said ?? "the disk is full")): \(paths.root); \(DeploydError.diskAdvice)")
    }

    private func verdict(_ reason: String, _ output: BuildOutput, _ redactor: Redactor) -> DeploydError {
        LogText.verdict("build: \(reason)", output.lastLines, redactor)
    }
}
