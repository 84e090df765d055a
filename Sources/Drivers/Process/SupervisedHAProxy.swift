public import Core
public import System

/// HAProxy under a supervisor of deployd's own: it outlives the server, and is started again when it dies.
public enum SupervisedHAProxy {
    /// - Parameters:
    ///   - dataDirectory: the server's data directory; HAProxy's files are below its `haproxy`.
    ///   - executable: the path of this program.
    public static func make(
        dataDirectory: String, executable: String, runner: CommandRunner, threads: BlockingThreads
    ) -> HAProxy {
        HAProxy(directory: directory(dataDirectory), runner: runner, threads: threads) { command in
            let specification = RunSpecification(
                command: [command.executable] + command.arguments, environment: command.environment,
                workingDirectory: command.directory ?? "/")
            try await start(specification, dataDirectory, executable, runner, threads)
        }
    }

    /// The run that it is.
    public static func run(dataDirectory: String, threads: BlockingThreads) -> SupervisedRun {
        SupervisedRun(directory: "\(directory(dataDirectory))/run", threads: threads)
    }

    /// One that lives and does not answer is ended first: it hangs, or fails again and again.
    private static func start(
        _ specification: RunSpecification, _ dataDirectory: String, _ executable: String, _ runner: CommandRunner,
        _ threads: BlockingThreads
    ) async throws {
        let present = run(dataDirectory: dataDirectory, threads: threads)
        if try await present.isAlive() { _ = try await present.stop(grace: .seconds(2)) }
        let run = try await SupervisedRun.start(
            specification, directory: present.directory, deploydExecutable: executable, runner: runner,
            threads: threads)
        try await run.keep()
    }

    private static func directory(_ dataDirectory: String) -> String { "\(dataDirectory)/haproxy" }
}
