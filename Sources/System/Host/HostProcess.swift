import Core
import Glibc

/// A process of this machine as `/proc` shows it.
public struct HostProcess: Sendable, Equatable {
    public let pid: Int32
    public let parent: Int32
    /// Its name and arguments.
    public let arguments: [String]
    /// Where it works; nil when this user may not see it.
    public let directory: String?
    /// Its program's file; nil when this user may not see it. Of one that was replaced it ends with ` (deleted)`.
    public let executable: String?

    /// All of them, but for zombies and the kernel's own. Blocks.
    public static func all() -> [HostProcess] {
        guard let proc = Descriptor(made: open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
            let names = try? Files.names(in: proc, at: "/proc")
        else { return [] }
        return names.compactMap { Int32($0) }.sorted().compactMap(HostProcess.init)
    }

    /// One of them; nil when there is none of that number.
    public init?(_ pid: Int32) {
        guard let entry = ProcessTable.entry(pid), !entry.isZombie,
            let line = try? Files.read("/proc/\(pid)/cmdline", limit: 1 << 20), !line.isEmpty
        else { return nil }
        self.pid = pid
        parent = entry.parent
        arguments = line.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
        directory = Files.destination(of: "/proc/\(pid)/cwd")
        executable = Files.destination(of: "/proc/\(pid)/exe")
    }

    /// The directory that it supervises; nil when it is no supervisor.
    public var supervises: String? {
        arguments.count == 3 && arguments[1] == "supervise" ? arguments[2] : nil
    }
}

extension Files {
    /// What a symbolic link names; nil when it cannot be read. Blocks.
    public static func destination(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
