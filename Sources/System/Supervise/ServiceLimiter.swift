import CSpawn
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

    /// Limits a process that was just started, and what it has started meanwhile: this thread may have been kept waiting
    /// since. What a limited process starts is limited by the kernel, so a few rounds reach all of it.
    /// - Parameter reaper: whose descendants are meant: an orphan of the process becomes a child of the supervisor.
    func apply(to pid: pid_t, reaper: pid_t = getpid()) throws(DeploydError) {
        guard !limits.isEmpty else { return }
        try limit(pid)
        var limited: Set<pid_t> = [pid]
        for _ in 0..<10 {
            let others = ProcessTable.now().descendants(of: reaper).map(\.pid).filter { !limited.contains($0) }
            if others.isEmpty { return }
            for other in others { try? limit(other) }
            limited.formUnion(others)
        }
    }

    private func limit(_ pid: pid_t) throws(DeploydError) {
        try cgroup?.take(pid)
        guard limitsData, let bytes = limits.memoryBytes else { return }
        guard cspawn_limit_data(pid, bytes) == 0 else { throw DeploydError.system("prlimit", errno: errno) }
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
