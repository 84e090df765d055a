import Core
import Glibc

/// A service whose supervisor was killed: it still runs, and nothing else knows of it.
///
/// The supervisor records which process it started. The number alone could be another process by now, so the record has
/// the time of its start and the boot as well.
struct Leftover {
    private let pid: pid_t
    private let startTime: UInt64
    private let run: String

    /// Records that `pid` is the process of the run.
    static func record(_ pid: pid_t, in directory: RunDirectory) throws(DeploydError) {
        guard let entry = ProcessTable.entry(pid) else { return }
        let json: JSONValue = [
            "version": 1, "pid": .integer(Int64(pid)), "startTime": .integer(Int64(clamping: entry.startTime)),
            "boot": .string(bootID),
        ]
        try Files.write(json.bytes, to: directory.process)
    }

    static func forget(in directory: RunDirectory) { unlink(directory.process) }

    /// What a killed supervisor left, nil when nothing is left.
    init?(in directory: RunDirectory) {
        guard let bytes = try? Files.read(directory.process, limit: 4096), let json = try? JSONValue.parse(bytes),
            json["boot"]?.string == Leftover.bootID, let pid = json["pid"]?.integer.flatMap(pid_t.init(exactly:)),
            pid > 1, let startTime = json["startTime"]?.integer
        else { return nil }
        self.pid = pid
        self.startTime = UInt64(startTime)
        run = directory.path
        if processes.isEmpty { return nil }
    }

    /// Its process, what is in the session of that or has the run's mark, and their descendants. The kernel gives a number
    /// to no new process while a session has it, so either the leader is the recorded one, or it is gone and its session is
    /// what is left.
    private var processes: [ProcessEntry] {
        let table = ProcessTable.now()
        let marked = table.members { $0 != getpid() && RunMark.has($0, run: run) }
        if let leader = ProcessTable.entry(pid), leader.startTime != startTime { return marked }
        let session = table.members(ofSession: pid)
        return session + marked.filter { entry in !session.contains { $0.pid == entry.pid } }
    }

    /// SIGTERM to all of it, SIGKILL after `grace`. Blocks until it is gone, at most 5 seconds after SIGKILL.
    /// - Returns: whether it is gone.
    func end(grace: Duration) -> Bool {
        let killAt = ContinuousClock.now + grace
        var signal = SIGTERM
        processes.forEach { kill($0.pid, signal) }
        while ContinuousClock.now < killAt + .seconds(5) {
            let left = processes
            if left.isEmpty { return true }
            if ContinuousClock.now >= killAt {
                signal = SIGKILL
                left.forEach { kill($0.pid, signal) }
            }
            usleep(20_000)
        }
        return false
    }

    private static var bootID: String {
        let bytes = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 100)) ?? []
        return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    }
}
