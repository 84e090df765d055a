public import Core

/// What a process may use.
public struct ResourceLimits: Sendable, Equatable {
    public var memoryBytes: Int64?
    /// Thousandths of a processor.
    public var cpuMillis: Int64?

    public init(memoryBytes: Int64? = nil, cpuMillis: Int64? = nil) {
        self.memoryBytes = memoryBytes
        self.cpuMillis = cpuMillis
    }

    public var isEmpty: Bool { memoryBytes == nil && cpuMillis == nil }

    /// How a limit is kept.
    public enum Mechanism: String, Sendable {
        /// For the whole service, by the kernel's control groups.
        case cgroup2, cgroup1
        /// `RLIMIT_DATA`, for each process of it.
        case dataLimit
    }

    /// What this machine lets deployd limit.
    public struct Support: Sendable, Equatable {
        public let memory: Mechanism
        /// Nil when the processor cannot be limited.
        public let cpu: Mechanism?

        public init(memory: Mechanism, cpu: Mechanism?) {
            self.memory = memory
            self.cpu = cpu
        }
    }

    /// Finds out what can be limited here. Changes nothing; reads a few files of /proc and /sys.
    public static func probe() -> Support {
        Support(CgroupPlace.find())
    }

    /// Refuses by name what `support` cannot do.
    /// - Throws: `DeploydError` (`invalid`).
    public func check(_ support: Support) throws(DeploydError) {
        if let cpuMillis, cpuMillis < 1 { throw DeploydError(.invalid, "limits.cpu must be at least 1m") }
        if let memoryBytes, memoryBytes < 1 << 20 {
            throw DeploydError(.invalid, "limits.memory must be at least 1Mi")
        }
        guard cpuMillis == nil || support.cpu != nil else {
            throw DeploydError(
                .invalid,
                "limits.cpu cannot be kept here: it needs cgroup v2 with delegated cpu and memory controllers, or v1 as"
                    + " root. Remove limits.cpu, or run deployd where it has one of them")
        }
    }
}

extension ResourceLimits.Support {
    init(_ place: CgroupPlace?) {
        self.init(
            memory: place?.memory == nil ? .dataLimit : place?.mechanism ?? .dataLimit,
            cpu: place?.cpu == nil ? nil : place?.mechanism)
    }
}
