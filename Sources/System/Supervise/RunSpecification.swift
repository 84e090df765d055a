import Core

/// What a supervisor is to run, and how. It reaches the supervisor on standard input only: the environment holds
/// secrets, so this is never written to a disk, an argument or a log.
public struct RunSpecification: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// How output is kept: `output.log` and rotated files beside it.
    public struct LogPolicy: Sendable, Equatable {
        /// Bytes of a file, at which the next line begins another.
        public var maximumBytes: Int
        /// Rotated files that are kept.
        public var keep: Int

        public init(maximumBytes: Int = 10 << 20, keep: Int = 3) {
            self.maximumBytes = maximumBytes
            self.keep = keep
        }
    }

    /// Restarting after `keep`: the pause doubles from `initial` to `maximum`, and starts anew after a process that
    /// stayed up for longer than `maximum` (at least 10 seconds).
    public struct RestartPolicy: Sendable, Equatable {
        public var initial: Duration
        public var maximum: Duration

        public init(initial: Duration = .milliseconds(500), maximum: Duration = .seconds(60)) {
            self.initial = initial
            self.maximum = maximum
        }
    }

    /// The program (a path, or a name that is looked for in the environment's `PATH`) and its arguments.
    public var command: [String]
    /// The whole environment.
    public var environment: [String: String]
    public var workingDirectory: String
    public var limits: ResourceLimits
    /// How many files the process may have open, where the hard limit allows it; it may raise that to the hard limit.
    public var openFiles: Int
    public var log: LogPolicy
    /// Between SIGTERM and SIGKILL when the supervisor itself is told to end.
    public var stopGrace: Duration
    public var restart: RestartPolicy
    /// The process is started once in the run's directory, whatever becomes of it and of its supervisor.
    public var isOnce: Bool

    public init(
        command: [String], environment: [String: String], workingDirectory: String,
        limits: ResourceLimits = ResourceLimits(), openFiles: Int = OpenFileLimit.initial, log: LogPolicy = LogPolicy(),
        stopGrace: Duration = .seconds(10), restart: RestartPolicy = RestartPolicy(),
        isOnce: Bool = false
    ) {
        self.command = command
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.limits = limits
        self.openFiles = openFiles
        self.log = log
        self.stopGrace = stopGrace
        self.restart = restart
        self.isOnce = isOnce
    }

    public var description: String { "run of \(command.first ?? "nothing")" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
