import Core
import Glibc
import TestSupport
import Testing

@testable import System

@Suite struct ServiceLimiterTests {
    let directory = TemporaryDirectory()
    let limits = ResourceLimits(memoryBytes: 64 << 20, cpuMillis: 250)

    private func content(_ path: String) throws -> String {
        String(decoding: try Files.read(path, limit: 1 << 16), as: UTF8.self)
    }

    /// What the kernel makes in a new group, as plain files: hosts of the other version, or without the right to make
    /// groups, run this too.
    @Test(arguments: [
        (
            ResourceLimits.Mechanism.cgroup2, "memory.events", "oom_kill 2",
            ["memory.max": "67108864", "memory.swap.max": "0", "cpu.max": "25000 100000", "cgroup.procs": "4000000"]
        ),
        (
            .cgroup1, "memory.oom_control", "under_oom 0\noom_kill 3",
            [
                "memory.limit_in_bytes": "67108864", "cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "25000",
                "cgroup.procs": "4000000",
            ]
        ),
    ])
    func writesWhatTheKernelReads(
        mechanism: ResourceLimits.Mechanism, events: String, counts: String, expected: [String: String]
    ) throws {
        let group = directory.appending("deployd-\(RunCgroup.name("/run"))")
        try Files.makeDirectory(group)
        for name in expected.keys { try Files.write([], to: "\(group)/\(name)") }
        try Files.write(Array("low 0\n\(counts)\n".utf8), to: "\(group)/\(events)")
        let place = CgroupPlace(mechanism: mechanism, memory: directory.path, cpu: directory.path)
        let cgroup = try RunCgroup(limits, in: place, run: "/run")
        // No process has a number above 2^22.
        try cgroup.take(4_000_000)
        let written = try expected.keys.reduce(into: [:]) { $0[$1] = try content("\(group)/\($1)") }
        #expect(written == expected && cgroup.processes == [4_000_000])
        #expect(cgroup.outOfMemoryKills == Int(String(counts.suffix(1))))
    }

    @Test func withoutGroupsTheDataIsLimited() async throws {
        let error = #expect(throws: DeploydError.self) { try ServiceLimiter(limits, run: "/run", place: nil) }
        let limiter = try ServiceLimiter(ResourceLimits(memoryBytes: 64 << 20), run: "/run", place: nil)
        let process = try SpawnedProcess.start(
            Command("/bin/sleep", ["1000"]), input: nil, output: nil, error: nil)
        try limiter.apply(to: process.pid, reaper: process.pid)
        let line = try content("/proc/\(process.pid)/limits").split(separator: "\n").first { $0.hasPrefix("Max data") }
        process.signalGroup(SIGKILL)
        let isReaped = await eventually { process.ended() != nil }
        process.reap()
        #expect(isReaped && line?.split(separator: " ").dropFirst(3).prefix(2) == ["67108864", "67108864"])
        #expect(error?.message.hasPrefix("limits.cpu cannot be kept here") == true)
    }

    @Test func floodIsSlowedDown() {
        var throttle = Throttle()
        let start = ContinuousClock.now
        var closed: [Bool] = []
        for (milliseconds, bytes) in [(0, 8 << 20), (100, 1), (199, 0), (201, 0), (202, 1 << 20)] {
            let now = start + .milliseconds(milliseconds)
            closed.append(throttle.isClosed(now: now))
            if bytes > 0 { throttle.took(bytes, now: now) }
        }
        #expect(closed == [false, false, true, false, false] && throttle.due == nil)
    }
}
