import Core
import Glibc

/// Keeps the limits of one run by what the machine has for it.
struct ServiceLimiter {
    private let limits: ResourceLimits
    private let cgroup: RunCgroup?
    private let limitsData: Bool
    private var knownKills: Int

    /// - Parameter place: where control groups can be made, if anywhere.
    /// - Throws: `DeploydError` when the limits cannot be kept there.
    init(_ limits: ResourceLimits, run: String, place: CgroupPlace?) throws(DeploydError) {
        self.limits = limits
        guard !limits.isEmpty else {
            (cgroup, limitsData, knownKills) = (nil, false, 0)
            return
        }
        let support = ResourceLimits.Support(place)
        try limits.check(support)
        limitsData = limits.memoryBytes != nil && support.memory == .dataLimit
        let cgroup = try place.map { place throws(DeploydError) in
            try RunCgroup(limits, in: place, run: run)
        }
        self.cgroup = cgroup
        knownKills = cgroup?.outOfMemoryKills ?? 0
        // A supervisor that was killed may have left processes that moved out of their session.
        cgroup?.processes.forEach { kill($0, SIGKILL) }
    }

    /// What the process is to be started with.
    var confinement: Confinement {
        Confinement(groups: cgroup?.directories ?? [], dataBytes: limitsData ? limits.memoryBytes : nil)
    }

    /// Whether the kernel killed something for want of memory since the last call.
    mutating func ranOutOfMemory() -> Bool {
        let kills = cgroup?.outOfMemoryKills ?? 0
        defer { knownKills = kills }
        return kills > knownKills
    }

    /// What runs under the limits.
    var processes: [pid_t] { cgroup?.processes ?? [] }

    func remove() { cgroup?.remove() }
}
