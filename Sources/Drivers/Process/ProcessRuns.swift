import Core
import Glibc
import Model
import System

/// The supervised processes of this host's instances.
struct ProcessRuns: Sendable {
    /// Between SIGTERM and SIGKILL.
    static let grace = Duration.seconds(10)
    /// Deployments whose runs are over and whose directories are kept, for what they printed.
    private static let kept = 3

    let layout: ProcessLayout
    /// The path of this program, which is its own supervisor.
    let executable: String
    let runner: CommandRunner
    let threads: BlockingThreads

    /// The run of what is run once before a deployment's service is started.
    static func command(of deployment: String) -> String { "\(deployment)\(commandSuffix)" }
    private static let commandSuffix = "-before"

    func handle(_ run: String, of instance: InstanceIdentity) -> SupervisedRun {
        SupervisedRun(directory: layout.run(run, of: instance), threads: threads)
    }

    func folder(_ run: String, of instance: InstanceIdentity) -> RunFolder {
        RunFolder(path: layout.run(run, of: instance))
    }

    /// Makes the run's directory, so that its artifact counts as used.
    func claim(_ state: ProcessState, of instance: InstanceIdentity) async throws {
        let folder = folder(state.run, of: instance)
        try await threads.run { try folder.make(artifact: state.artifact) }
    }

    /// Starts the process unless its supervisor lives.
    /// - Parameters:
    ///   - isOnce: it is not started a second time, whatever became of the first.
    ///   - what: what is being done, for people.
    /// - Throws: `.invalid` when it cannot be started.
    func start(
        _ state: ProcessState, of instance: InstanceIdentity, isOnce: Bool = false, as what: String = "start"
    ) async throws {
        guard try await !handle(state.run, of: instance).isAlive() else { return }
        let folder = folder(state.run, of: instance)
        let specification = specification(state, isOnce: isOnce)
        do {
            try await threads.run {
                try folder.make(artifact: state.artifact)
                _ = try ProcessRuns.program(specification).resolvedExecutable()
                try folder.noteStart(at: SystemClock().now())
            }
            CrashPoint.claimed.pass()
            _ = try await SupervisedRun.start(
                specification, directory: folder.path, deploydExecutable: executable, runner: runner, threads: threads)
        } catch let error as DeploydError where error.code == .conflict {
            // Somebody else started it in the meantime.
        } catch let error as DeploydError where [.invalid, .notFound].contains(error.code) {
            throw DeploydError(.invalid, state.redactor.redact("\(what): \(error.message)"))
        }
    }

    /// How the run has ended by itself since the machine was started; nil while it runs, and when it was the machine or
    /// a killed supervisor that ended it.
    func verdict(_ run: String, of instance: InstanceIdentity) async throws -> ExitRecord? {
        guard let record = try await handle(run, of: instance).exitRecord() else { return nil }
        return record.time > ProcessRuns.bootTime ? record : nil
    }

    /// Ends a run, whatever state it is in.
    /// - Returns: whether it had to be killed, because it did not end when it was told to.
    @discardableResult
    func stop(_ run: String, of instance: InstanceIdentity) async throws -> Bool {
        let handle = handle(run, of: instance)
        guard try await handle.isAlive() else {
            _ = try await handle.stop(grace: ProcessRuns.grace)
            return false
        }
        return try await handle.stop(grace: ProcessRuns.grace)?.reason == .ended(.signalled(SIGKILL))
    }

    /// Ends several at once.
    /// - Returns: how many had to be killed.
    @discardableResult
    func stop(_ runs: some Sequence<String>, of instance: InstanceIdentity) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for run in runs { group.addTask { try await stop(run, of: instance) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    /// What is said of those that had to be killed.
    static func note(killed: Int, _ log: any StepLog) {
        guard killed > 0 else { return }
        let what = killed == 1 ? "one process" : "\(killed) processes"
        log.line("\(what) did not end within \(grace.inSeconds) after SIGTERM, and had to be killed")
    }

    /// Ends every run of an instance but those named: what an attempt left that could not be cleaned up.
    func stopAll(of instance: InstanceIdentity, except kept: Set<String>) async throws {
        try await stop(try await names(of: instance).filter { !kept.contains($0) }, of: instance)
    }

    /// Removes the directories of runs that are over, but for the last few. What commands printed is in their deployments'
    /// logs.
    func prune(_ instance: InstanceIdentity, except kept: Set<String>) async throws {
        let candidates = try await names(of: instance).filter { !kept.contains($0) }
        let commands = candidates.filter { $0.hasSuffix(ProcessRuns.commandSuffix) }
        let services = candidates.filter { !commands.contains($0) }
        // All replicas of a deployment go together.
        let gone = Set(Set(services.map(ProcessState.deployment)).sorted().dropLast(ProcessRuns.kept))
        let old = services.filter { gone.contains(ProcessState.deployment(of: $0)) }
        for run in commands + old where try await !handle(run, of: instance).isAlive() {
            try await remove(layout.run(run, of: instance))
        }
    }

    /// Removes the directories of all runs of an instance. They must be stopped.
    func removeAll(of instance: InstanceIdentity) async throws {
        try await remove(layout.runs(of: instance))
        let runs = layout.runs(of: instance.application)
        // It stays as long as another instance of the application has runs.
        _ = try await threads.run { rmdir(runs) }
    }

    private func remove(_ path: String) async throws {
        try await threads.run { try Files.removeTree(path) }
    }

    /// Oldest first: a run's name begins with its deployment's id, and that with its time.
    private func names(of instance: InstanceIdentity) async throws -> [String] {
        let directory = layout.runs(of: instance)
        return try await threads.run { FileTree.names(in: directory) }
    }

    private func specification(_ state: ProcessState, isOnce: Bool) -> RunSpecification {
        RunSpecification(
            command: state.command.map { $0.reveal() }, environment: state.environment.mapValues { $0.reveal() },
            workingDirectory: state.directory, limits: ResourceLimits(state.limits), stopGrace: ProcessRuns.grace,
            isOnce: isOnce)
    }

    private static func program(_ specification: RunSpecification) -> Command {
        Command(
            specification.command.first ?? "", environment: specification.environment,
            directory: specification.workingDirectory)
    }

    private static var bootTime: Timestamp {
        var uptime = timespec()
        clock_gettime(CLOCK_BOOTTIME, &uptime)
        let microseconds = Int64(uptime.tv_sec) * 1_000_000 + Int64(uptime.tv_nsec) / 1000
        return Timestamp(microseconds: SystemClock().now().microseconds - microseconds)
    }
}

extension ResourceLimits {
    init(_ limits: WorkloadLimits) {
        self.init(memoryBytes: limits.memoryBytes, cpuMillis: limits.cpuMillis.map(Int64.init))
    }
}
