import CSpawn
import Core
import Glibc

/// What deployd needs of the kernel.
public enum KernelSupport {
    /// What is missing, each in a sentence. Changes nothing that lasts. Blocks for a moment.
    public static func problems() -> [String] {
        var problems: [String] = []
        if Descriptor(made: cspawn_pidfd(getpid())) == nil {
            problems.append("pidfd_open does not work (\(describe(errno: errno))): deployd waits for processes by it")
        }
        if cspawn_become_subreaper() != 0 {
            problems.append("PR_SET_CHILD_SUBREAPER does not work (\(describe(errno: errno))): supervisors need it")
        }
        if Descriptor(made: cspawn_eventfd()) == nil {
            problems.append("eventfd does not work (\(describe(errno: errno)))")
        }
        if Descriptor(made: cspawn_memory_file([0], 1)) == nil {
            problems.append("memfd_create does not work (\(describe(errno: errno))): secrets are handed over by it")
        }
        return problems
    }

    /// Ports that the kernel gives to no outgoing connection, whatever range it has for these. Blocks.
    public static func sparedPorts() -> [ClosedRange<Int>] {
        let list = "/proc/sys/net/ipv4/ip_local_reserved_ports"
        guard let bytes = try? Files.read(list, limit: 1 << 20) else { return [] }
        return ranges(String(decoding: bytes, as: UTF8.self))
    }

    /// `8080,9000-9010`
    static func ranges(_ text: String) -> [ClosedRange<Int>] {
        text.split { $0 == "," || $0.isWhitespace }.compactMap { part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return nil }
            return first...last
        }
    }

    /// How many files a process may have open at most; nil when it is not told. Blocks.
    public static func openFileLimit(of pid: Int32) -> Int? {
        guard let bytes = try? Files.read("/proc/\(pid)/limits", limit: 64 << 10) else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("Max open files")
        }
        return line?.split(separator: " ").dropFirst(4).first.flatMap { $0 == "unlimited" ? .max : Int($0) }
    }

    /// Whether some process holds an flock on the file of that number. Taking it to find out would keep a server from
    /// starting at that moment. Blocks.
    public static func isLocked(inode: UInt64) -> Bool {
        guard let bytes = try? Files.read("/proc/locks", limit: 64 << 20) else { return false }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.contains("FLOCK") && fields.contains { $0.hasSuffix(":\(inode)") }
        }
    }
}
