import Core
import Glibc

/// A process as `/proc/PID/stat` has it (proc(5)).
struct ProcessEntry: Equatable {
    let pid: pid_t
    let parent: pid_t
    let group: pid_t
    let session: pid_t
    /// Clock ticks after boot; with the number it says which process this is.
    let startTime: UInt64
    let isZombie: Bool

    /// Reads the text of a `stat` file; nil when it is none. The program's name may hold spaces and parentheses.
    init?(stat text: String) {
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"),
            let pid = pid_t(text[..<open].filter { $0 != " " })
        else { return nil }
        let fields = text[close...].dropFirst().split(separator: " ")
        guard fields.count > 19, let parent = pid_t(fields[1]), let group = pid_t(fields[2]),
            let session = pid_t(fields[3]), let startTime = UInt64(fields[19])
        else { return nil }
        self.pid = pid
        self.parent = parent
        self.group = group
        self.session = session
        self.startTime = startTime
        isZombie = fields[0] == "Z" || fields[0] == "X"
    }
}

/// The processes of this machine at one moment. `/proc/PID/task/TID/children` would be cheaper, but not every kernel
/// has it (CONFIG_PROC_CHILDREN).
struct ProcessTable {
    private let entries: [ProcessEntry]

    init(_ entries: [ProcessEntry]) { self.entries = entries }

    static func now() -> ProcessTable {
        guard let proc = Descriptor(made: open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
            let names = try? Files.names(in: proc, at: "/proc")
        else { return ProcessTable([]) }
        return ProcessTable(names.compactMap { pid_t($0) }.compactMap(entry))
    }

    /// One process, nil when there is none of that number.
    static func entry(_ pid: pid_t) -> ProcessEntry? {
        guard let bytes = try? Files.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
        return ProcessEntry(stat: String(decoding: bytes, as: UTF8.self))
    }

    /// The children of `root`, theirs and so on, without zombies.
    func descendants(of root: pid_t) -> [ProcessEntry] {
        let children = Dictionary(grouping: entries, by: \.parent)
        var found: [ProcessEntry] = []
        var reached: Set<pid_t> = [root]
        var frontier = [root]
        while let parent = frontier.popLast() {
            for child in children[parent] ?? [] where reached.insert(child.pid).inserted {
                frontier.append(child.pid)
                if !child.isZombie { found.append(child) }
            }
        }
        return found
    }

    /// Those that `isWanted` picks by their number, and their descendants, without zombies.
    func members(where isWanted: (pid_t) -> Bool) -> [ProcessEntry] {
        let roots = entries.filter { !$0.isZombie && isWanted($0.pid) }
        return unique(roots + roots.flatMap { descendants(of: $0.pid) })
    }

    /// Those of the session `leader` leads or led, and their descendants, without zombies.
    func members(ofSession leader: pid_t) -> [ProcessEntry] {
        let members = entries.filter { $0.session == leader || $0.pid == leader }
        return unique(members.filter { !$0.isZombie } + members.flatMap { descendants(of: $0.pid) })
    }

    private func unique(_ all: [ProcessEntry]) -> [ProcessEntry] {
        var seen: Set<pid_t> = []
        return all.filter { seen.insert($0.pid).inserted }
    }
}
