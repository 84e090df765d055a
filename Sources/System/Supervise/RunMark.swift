import Glibc

/// What the processes of a run have in their environment, so that those are found that left its session and outlived
/// its supervisor: nothing else says any more whose they are.
enum RunMark {
    static let variable = "DEPLOYD_RUN"

    static func added(to environment: [String: String], run: String) -> [String: String] {
        environment.merging([variable: run]) { _, mark in mark }
    }

    /// Whether a process was started with the mark of `run`, also when it was by one that was.
    static func has(_ pid: pid_t, run: String) -> Bool {
        guard let bytes = try? Files.read("/proc/\(pid)/environ", limit: 4 << 20) else { return false }
        let mark = Array("\(variable)=\(run)".utf8)
        return bytes.split(separator: 0).contains { $0.elementsEqual(mark) }
    }
}
