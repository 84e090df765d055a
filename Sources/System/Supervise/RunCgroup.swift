import Core
import Glibc

/// The control group of one run. It is made by the supervisor, which stays outside of it.
struct RunCgroup {
    private let mechanism: ResourceLimits.Mechanism
    private let memory: String?
    private let cpu: String?
    /// Where it is: one group, or one for each controller.
    var directories: [String] { Set([memory, cpu].compactMap(\.self)).sorted() }

    /// Makes it in `place`, or takes over that of a supervisor that was killed, with `limits`.
    /// - Throws: `DeploydError` that names the file that could not be written.
    init(_ limits: ResourceLimits, in place: CgroupPlace, run: String) throws(DeploydError) {
        let name = "/deployd-\(RunCgroup.name(run))"
        mechanism = place.mechanism
        memory = limits.memoryBytes == nil ? nil : place.memory.map { $0 + name }
        cpu = limits.cpuMillis == nil ? nil : place.cpu.map { $0 + name }
        for directory in directories where mkdir(directory, 0o755) != 0 && errno != EEXIST {
            throw Files.failure("make", directory, errno: errno)
        }
        if let memory, let bytes = limits.memoryBytes { try limitMemory(memory, bytes) }
        if let cpu, let millis = limits.cpuMillis { try limitCPU(cpu, millis) }
    }

    private func limitMemory(_ directory: String, _ bytes: Int64) throws(DeploydError) {
        if mechanism == .cgroup2 {
            try RunCgroup.put("\(bytes)", in: "\(directory)/memory.max")
            // Not there without swap.
            try? RunCgroup.put("0", in: "\(directory)/memory.swap.max")
        } else {
            try RunCgroup.put("\(bytes)", in: "\(directory)/memory.limit_in_bytes")
            try? RunCgroup.put("\(bytes)", in: "\(directory)/memory.memsw.limit_in_bytes")
        }
    }

    /// In periods of 100 ms; the kernel wants 1 ms of each at least.
    private func limitCPU(_ directory: String, _ millis: Int64) throws(DeploydError) {
        let quota = max(1000, millis * 100)
        if mechanism == .cgroup2 {
            try RunCgroup.put("\(quota) 100000", in: "\(directory)/cpu.max")
        } else {
            try RunCgroup.put("100000", in: "\(directory)/cpu.cfs_period_us")
            try RunCgroup.put("\(quota)", in: "\(directory)/cpu.cfs_quota_us")
        }
    }

    /// The processes in it.
    var processes: [pid_t] {
        directories.flatMap { directory in
            let bytes = (try? Files.read("\(directory)/cgroup.procs", limit: 1 << 20)) ?? []
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { pid_t($0) }
        }
    }

    /// How many processes the kernel killed in it for want of memory.
    var outOfMemoryKills: Int {
        guard let memory else { return 0 }
        let file = mechanism == .cgroup2 ? "memory.events" : "memory.oom_control"
        let bytes = (try? Files.read("\(memory)/\(file)", limit: 4096)) ?? []
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst(9)) } ?? 0
    }

    /// Removes it; it must be empty.
    func remove() { directories.forEach { rmdir($0) } }

    private static func put(_ text: String, in path: String) throws(DeploydError) {
        guard let file = Descriptor(made: open(path, O_WRONLY | O_CLOEXEC)), file.writeAll(Array(text.utf8)) else {
            throw Files.failure("write \(text) to", path, errno: errno)
        }
    }

    /// A name that is the same for the same run: FNV-1a of its directory.
    static func name(_ run: String) -> String {
        let hash = run.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
