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
            ["memory.max": "67108864", "memory.swap.max": "0", "cpu.max": "25000 100000", "cgroup.procs": "0"]
        ),
        (
            .cgroup1, "memory.oom_control", "under_oom 0\noom_kill 3",
            [
                "memory.limit_in_bytes": "67108864", "cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "25000",
                "cgroup.procs": "0",
            ]
        ),
    ])
    func writesWhatTheKernelReads(
        mechanism: ResourceLimits.Mechanism, events: String, counts: String, expected: [String: String]
    ) async throws {
        let group = directory.appending("deployd-\(RunCgroup.name("/run"))")
        try Files.makeDirectory(group)
        for name in expected.keys { try Files.write([], to: "\(group)/\(name)") }
        try Files.write(Array("low 0\n\(counts)\n".utf8), to: "\(group)/\(events)")
        let place = CgroupPlace(mechanism: mechanism, memory: directory.path, cpu: directory.path)
        let cgroup = try RunCgroup(limits, in: place, run: "/run")
        // The process itself says that it enters.
        let process = try SpawnedProcess.start(
            Command("/bin/true"), input: nil, output: nil, error: nil,
            confinement: Confinement(groups: cgroup.directories))
        let hasEnded = await eventually { process.ended() == .exited(0) }
        process.reap()
        let written = try expected.keys.reduce(into: [:]) { $0[$1] = try content("\(group)/\($1)") }
        #expect(hasEnded && written == expected && cgroup.processes == [0])
        #expect(cgroup.outOfMemoryKills == Int(String(counts.suffix(1))))
    }

    @Test func withoutGroupsTheDataIsLimited() async throws {
        let error = #expect(throws: DeploydError.self) { try ServiceLimiter(limits, run: "/run", place: nil) }
        let limiter = try ServiceLimiter(ResourceLimits(memoryBytes: 64 << 20), run: "/run", place: nil)
        let process = try SpawnedProcess.start(
            Command("/bin/sleep", ["1000"]), input: nil, output: nil, error: nil, confinement: limiter.confinement)
        let line = try content("/proc/\(process.pid)/limits").split(separator: "\n").first { $0.hasPrefix("Max data") }
        process.signalGroup(SIGKILL)
        let isReaped = await eventually { process.ended() != nil }
        process.reap()
        #expect(isReaped && line?.split(separator: " ").dropFirst(3).prefix(2) == ["67108864", "67108864"])
        #expect(error?.message.hasPrefix("limits.cpu cannot be kept here") == true)
    }

    /// It is started in another way than others, and is to be the same in all else.
    @Test func whatIsConfinedIsStartedAsOthersAre() async throws {
        let confinements = [Confinement.none, Confinement(dataBytes: 1 << 30)]
        // Of the ignored signals those below the two that are the C library's own.
        let script = """
            grep -E '^Sig(Blk|Cgt)' /proc/self/status; grep ^SigIgn /proc/self/status | tail -c 8; [ "$(cut -d' ' -f6 /proc/$$/stat)" = $$ ] && echo session; pwd
            ls /proc/self/fd | grep -cv '^[012]$'; echo "$A $0 $1"; readlink /proc/self/fd/0; echo error >&2
            """
        let texts = try await confinements.asyncMap { confinement in
            let file = try #require(
                Descriptor(made: open(directory.appending("output"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)))
            let process = try SpawnedProcess.start(
                Command(
                    "/bin/sh", ["-c", script, "name", "argument"],
                    environment: ["A": "value", "PATH": "/usr/bin:/bin"],
                    directory: directory.path),
                input: nil, output: file, error: file, confinement: confinement)
            #expect(await eventually { process.ended() == .exited(0) })
            process.reap()
            return try content(directory.appending("output"))
        }
        #expect(texts[0] == texts[1])
        #expect(texts[0].contains("session\n") && texts[0].hasSuffix("/dev/null\nerror\n"), "\(texts[0])")
    }

    /// What stands against it is said as for others, and nothing is left of it.
    @Test func whatCannotBeConfinedOrStartedIsSaid() throws {
        try Files.write([0], to: directory.appending("garbage"), mode: 0o755)
        let open = Confinement(dataBytes: 1 << 30)
        let cases = [
            (Command(directory.appending("garbage")), Confinement.none),
            (Command(directory.appending("garbage")), open),
            (Command("/bin/true", directory: "/none"), open),
            (Command("/bin/true"), Confinement(groups: ["/none"])),
            // A group that refuses: a file that nothing can be written to.
            (Command("/bin/true"), Confinement(groups: [directory.path])),
        ]
        symlink("/dev/full", directory.appending("cgroup.procs"))
        let messages = cases.map { command, confinement -> String in
            do throws(DeploydError) {
                _ = try SpawnedProcess.start(command, input: nil, output: nil, error: nil, confinement: confinement)
                return "started"
            } catch { return error.message }
        }
        #expect(
            messages == [
                "cannot run garbage: Exec format error", "cannot run garbage: Exec format error",
                "cannot run true in /none: No such file or directory",
                "cannot open /none/cgroup.procs: No such file or directory",
                "cannot limit true: No space left on device",
            ])
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

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
