public import Core

extension SupervisedRun {
    /// Starts a supervisor, and with it the process. It outlives this program.
    ///
    /// When it returns the process was started; it may have ended since (`exitRecord`). When the task is cancelled
    /// meanwhile the run may have been started all the same: `stop` it.
    /// - Parameters:
    ///   - directory: of this run alone, an absolute path; made if it is missing.
    ///   - deploydExecutable: the path of this program.
    /// - Throws: `DeploydError`: `conflict` when a supervisor has this directory already, `invalid` when the process
    ///   cannot be started, `timedOut`.
    public static func start(
        _ specification: RunSpecification, directory: String, deploydExecutable: String, runner: CommandRunner,
        threads: BlockingThreads, deadline: Duration = .seconds(20)
    ) async throws -> SupervisedRun {
        let run = SupervisedRun(directory: directory, threads: threads)
        try await threads.run { try Files.makeDirectory(directory, mode: 0o700) }
        let supervisor = try await runner.spawnDetached(
            Command(
                deploydExecutable, ["supervise", directory], directory: "/",
                input: specification.json(directory: directory).bytes))
        try await run.waitUntilStarted(supervisor, deadline: .now + deadline)
        return run
    }

    private func waitUntilStarted(_ supervisor: DetachedProcess, deadline: ContinuousClock.Instant) async throws {
        var pause = Duration.milliseconds(2)
        while ContinuousClock.now < deadline {
            if let status = supervisor.status { return try await check(status) }
            // Another supervisor of the same directory is not the one that was started.
            if let status = try? await status(), status.supervisorPid == supervisor.pid { return }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
        throw DeploydError(.timedOut, "the supervisor of \(directory) did not start in time")
    }

    /// What the end of a supervisor means that ended before it was asked anything.
    private func check(_ status: ExitStatus) async throws {
        switch status {
        case .exited(Supervisor.Exit.done.rawValue): return
        case .exited(Supervisor.Exit.alreadySupervised.rawValue):
            throw DeploydError(.conflict, "a supervisor runs in \(directory) already: stop it first")
        case .exited(Supervisor.Exit.failedToStart.rawValue):
            let record = try await exitRecord()
            if case .failedToStart(let text) = record?.reason { throw DeploydError(.invalid, text) }
            throw DeploydError(.internal, "the supervisor of \(directory) failed and left no record")
        case .exited(Supervisor.Exit.badSpecification.rawValue):
            throw DeploydError(
                .invalid, "the supervisor refused its specification: is its environment longer than 4 MiB?")
        case .exited(Supervisor.Exit.badDirectory.rawValue):
            throw DeploydError(.forbidden, "the supervisor cannot write in \(directory): check its owner and mode")
        default:
            throw DeploydError(.internal, "the supervisor of \(directory) \(status)")
        }
    }
}
