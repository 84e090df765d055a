import Core
import Testing

@testable import System

@Suite struct SuperviseFormatsTests {
    @Test func specificationSurvivesItsText() throws {
        let specification = RunSpecification(
            command: ["./hello", "--name", "a b"], environment: ["PORT": "80", "TOKEN": "s3cret"],
            workingDirectory: "/srv/hello", limits: ResourceLimits(memoryBytes: 1 << 28, cpuMillis: 500),
            openFiles: 100,
            log: .init(maximumBytes: 1000, keep: 2), stopGrace: .milliseconds(1500),
            restart: .init(initial: .milliseconds(10), maximum: .seconds(9)), isOnce: true)
        let read = try RunSpecification.parse(specification.json(directory: "/data/run").bytes)
        let minimal = try RunSpecification.parse(
            Array(#"{"version":1,"directory":"/d","command":["x"],"workingDirectory":"/","later":[]}"#.utf8))
        #expect(read.0 == specification && read.directory == "/data/run")
        #expect(minimal.0 == RunSpecification(command: ["x"], environment: [:], workingDirectory: "/"))
        #expect(!"\(specification) \(String(reflecting: specification))".contains("s3cret"))
    }

    @Test(arguments: [
        "", "null", "{}", #"{"version":2,"directory":"/d","command":["x"],"workingDirectory":"/"}"#,
        #"{"version":1,"directory":"d","command":["x"],"workingDirectory":"/"}"#,
        #"{"version":1,"directory":"/d","command":[],"workingDirectory":"/"}"#,
    ])
    func refusesOtherSpecifications(text: String) {
        #expect(throws: DeploydError.self) { try RunSpecification.parse(Array(text.utf8)) }
    }

    @Test func requestsAndAnswersOfOtherVersionsAreUnderstood() {
        let lines = [
            #"{"version":9,"command":"status","more":{}}"#, #"{"command":"stop","grace":1500}"#, #"{"command":"stop"}"#,
            #"{"command":"signal","signal":15}"#, #"{"command":"signal","signal":99}"#, #"{"command":"dance"}"#, "[]",
            "x",
        ]
        let requests: [ControlRequest?] = [
            .status, .stop(grace: .milliseconds(1500)), .stop(grace: nil), .signal(15), nil, .unknown("dance"), nil,
            nil,
        ]
        let status = RunStatus(
            state: .backoff, pid: nil, supervisorPid: 9, startedAt: Timestamp(seconds: 5), restarts: 3,
            lastExit: ExitRecord(.ended(.signalled(9)), time: Timestamp(seconds: 7), isOutOfMemory: true), isKept: true)
        let answers: [ControlResponse] = [.status(status), .refused(.conflict, "no process runs")]
        let later = #"{"ok":true,"version":9,"status":{"state":"frozen","supervisorPid":4,"x":1}}"#
        #expect(lines.map { ControlRequest(line: $0.utf8) } == requests)
        #expect(
            requests.compactMap(\.self).map { ControlRequest(line: $0.json.bytes) } == requests.filter { $0 != nil })
        #expect(answers.map { ControlResponse(line: $0.json.bytes) } == answers)
        #expect(
            ControlResponse(line: later.utf8)
                == .status(
                    RunStatus(
                        state: .unknown, pid: nil, supervisorPid: 4, startedAt: nil, restarts: 0, lastExit: nil,
                        isKept: false)))
    }

    @Test func processTableFindsDescendants() {
        let lines = [
            "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0",
            "10 (a) b) (c) S 1 10 10 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 50 0",
            "11 (sh) S 10 10 10 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 51 0",
            "12 (x) Z 11 10 10 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 52 0",
            "13 (y) S 11 13 13 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 53 0",
            "14 (z) S 1 10 10 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 54 0",
        ]
        let entries = lines.compactMap(ProcessEntry.init(stat:))
        let table = ProcessTable(entries)
        #expect(entries.map(\.startTime) == [5, 50, 51, 52, 53, 54])
        #expect(table.descendants(of: 10).map(\.pid).sorted() == [11, 13])
        #expect(table.members(ofSession: 10).map(\.pid).sorted() == [10, 11, 13, 14])
    }

    @Test func findsControlGroups() {
        let systemd = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
        let container = "30 23 0:26 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
        let mixed = """
            31 23 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct
            32 23 0:28 / /sys/fs/cgroup/unified rw - cgroup2 none rw
            """
        let found = [
            CgroupPlace.version1("memory", mounts: container, own: "4:memory:/docker/ab/x\n0::/\n"),
            CgroupPlace.version1("memory", mounts: container, own: "4:memory:/other\n"),
            CgroupPlace.version1("cpu", mounts: mixed, own: "5:cpuacct,cpu:/user\n"),
            CgroupPlace.version1("cpu", mounts: systemd, own: "0::/user.slice\n"),
        ]
        #expect(found == ["/sys/fs/cgroup/memory/x", nil, "/sys/fs/cgroup/cpu/user", nil])
        #expect(
            CgroupPlace.version2(mounts: systemd, own: "0::/system.slice/deployd.service\n") == [
                "/sys/fs/cgroup/system.slice/deployd.service", "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup",
            ])
        #expect(CgroupPlace.version2(mounts: mixed, own: "0::/\n") == ["/sys/fs/cgroup/unified"])
        #expect(CgroupPlace.version2(mounts: systemd, own: "0::/../other\n").isEmpty)
    }

    @Test func limitsAreRefusedByName() throws {
        let weak = ResourceLimits.Support(memory: .dataLimit, cpu: nil)
        let strong = ResourceLimits.Support(memory: .cgroup2, cpu: .cgroup2)
        try ResourceLimits(memoryBytes: 1 << 28).check(weak)
        try ResourceLimits(memoryBytes: 1 << 28, cpuMillis: 500).check(strong)
        let messages = [ResourceLimits(cpuMillis: 500), ResourceLimits(cpuMillis: 0), ResourceLimits(memoryBytes: 5)]
            .map { limits in
                do throws(DeploydError) {
                    try limits.check(weak)
                    return ""
                } catch { return error.message }
            }
        #expect(
            messages.map { $0.prefix(24) } == [
                "limits.cpu cannot be kep", "limits.cpu must be at le", "limits.memory must be at",
            ])
    }
}
