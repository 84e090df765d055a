public import Core
import Glibc
public import Model
public import System

/// Looks at what deployd needs of its machine, whatever is recorded. Changes nothing.
public struct MachineExamination: Sendable {
    let data: String
    let path: String
    let runner: CommandRunner
    let threads: BlockingThreads

    /// - Parameters:
    ///   - dataDirectory: absolute; need not be there.
    ///   - path: where programs are looked for.
    public init(dataDirectory: String, path: String?, runner: CommandRunner, threads: BlockingThreads) {
        data = dataDirectory
        self.path = path ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self.runner = runner
        self.threads = threads
    }

    public func findings() async -> [Finding] {
        let blocking = try? await threads.run { kernel() + [openFiles()] + disks() }
        return [await git(), await haproxy()] + tools() + (blocking ?? [])
    }

    /// The oldest ones that deployd is tested with: Debian 12's.
    private static let testedGit = [2, 39]
    private static let testedHAProxy = [2, 6]

    private func git() async -> Finding {
        let check = FindingCheck(.machine, "git")
        guard let version = await version(of: "git", ["--version"]) else {
            return check.problem("git does not run: nothing can be fetched", do: "apt-get install git")
        }
        guard !MachineExamination.isOlder(version, than: MachineExamination.testedGit) else {
            return check.warning("git \(version) is older than what deployd is tested with (2.39)", do: "upgrade git")
        }
        return check.ok("git \(version)")
    }

    private func haproxy() async -> Finding {
        let check = FindingCheck(.machine, "haproxy")
        guard let version = await version(of: "haproxy", ["-v"]) else {
            return check.problem("HAProxy does not run: services have no entrypoints", do: "apt-get install haproxy")
        }
        guard !MachineExamination.isOlder(version, than: MachineExamination.testedHAProxy) else {
            return check.warning("HAProxy \(version) is older than what deployd is tested with (2.6)", do: "upgrade it")
        }
        return check.ok("HAProxy \(version)")
    }

    /// The first number with a dot that a program prints.
    private func version(of program: String, _ arguments: [String]) async -> String? {
        let command = Command(program, arguments, environment: ["PATH": searchPath, "LC_ALL": "C"])
        let result = try? await runner.run(command, deadline: .seconds(10), outputLimit: 64 << 10)
        guard let result, result.succeeded else { return nil }
        let word = result.text.split { $0 == " " || $0.isNewline }.first {
            $0.first?.isNumber == true && $0.contains(".")
        }
        return word.map { String($0.prefix { $0.isNumber || $0 == "." }) }
    }

    /// As `serve` looks for HAProxy, beside its own `PATH`.
    private var searchPath: String { "\(path):/usr/local/sbin:/usr/sbin:/sbin" }

    static func isOlder(_ version: String, than least: [Int]) -> Bool {
        let parts = version.split(separator: ".").map { Int($0) ?? 0 }
        return parts.lexicographicallyPrecedes(least)
    }

    /// Backups and pushed trees need these.
    private func tools() -> [Finding] {
        let check = FindingCheck(.machine, "tools")
        let names = ["tar", "gzip", "cp"]
        let missing = names.filter { name in
            (try? Command(name, environment: ["PATH": "/usr/bin:/bin"]).resolvedExecutable()) == nil
        }
        return check.list(
            missing.map { check.problem("\($0) is missing", do: "apt-get install tar gzip coreutils") },
            orOk: names.joined(separator: ", "))
    }

    private func kernel() -> [Finding] {
        let check = FindingCheck(.machine, "kernel")
        let wrong = KernelSupport.problems().map {
            check.problem($0, do: "use Linux 5.10 or newer, without a filter of these")
        }
        let support = ResourceLimits.probe()
        let limits =
            "limits.memory by \(support.memory.rawValue), limits.cpu \(support.cpu?.rawValue ?? "not possible here")"
        return check.list(wrong, orOk: "pidfd, subreaper and memfd work; \(limits)")
    }

    private func openFiles() -> Finding {
        let check = FindingCheck(.machine, "openFiles")
        let server = ServerLock(data).pid
        let limit = server.flatMap(KernelSupport.openFileLimit) ?? OpenFileLimit.hard
        guard limit < 8192 else { return check.ok("\(limit) open files") }
        return check.warning(
            "\(limit) open files are few: half of them are for connections",
            do: "LimitNOFILE=65536 in the systemd unit, or ulimit -n 65536 before serve")
    }

    private func disks() -> [Finding] {
        let check = FindingCheck(.machine, "disk")
        let folders = ["", "/artifacts", "/sources", "/runs", "/resources", "/logs", "/spool", "/backup"]
        var seen: Set<UInt64> = []
        return folders.compactMap { folder in
            guard let space = DiskRoom("\(data)\(folder)"), seen.insert(space.device).inserted else { return nil }
            return MachineExamination.judge(space, of: "\(data)\(folder)", check)
        }
    }

    static func judge(_ space: DiskRoom, of path: String, _ check: FindingCheck) -> Finding {
        let advice = "make room: `du -sh \(path)/*`; what services keep is below resources"
        let free = "\(space.freeBytes >> 20) MiB of \(space.totalBytes >> 20) are free for \(path)"
        if space.freeBytes < 64 << 20 { return check.problem("\(free): writes fail soon", do: advice) }
        if space.totalInodes > 0, space.freeInodes < 1000 {
            return check.problem(
                "\(space.freeInodes) inodes are left for \(path): files cannot be made soon", do: advice)
        }
        if space.freeBytes < 1 << 30 || space.freeBytes < space.totalBytes / 20 {
            return check.warning(free, do: advice)
        }
        if space.totalInodes > 0, space.freeInodes < space.totalInodes / 20 {
            return check.warning("\(space.freeInodes) of \(space.totalInodes) inodes are left for \(path)", do: advice)
        }
        return check.ok(free)
    }
}
