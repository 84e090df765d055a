import Glibc

/// The TCP sockets of this machine at one moment, and which processes have them. Reading it blocks, for longer on a
/// machine with many processes: it is for saying what is wrong.
public struct SocketTable: Sendable {
    private static let limit = 16 << 20
    let entries: [SocketEntry]

    init(_ entries: [SocketEntry]) { self.entries = entries }

    /// Empty where `/proc` does not tell.
    public static func now() -> SocketTable {
        SocketTable(
            ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { path in
                let bytes = (try? Files.read(path, limit: limit)) ?? []
                return SocketEntry.parse(String(decoding: bytes, as: UTF8.self))
            })
    }

    /// The addresses that these processes listen on, such as `127.0.0.1:8080`.
    func listening(_ pids: some Sequence<pid_t>) -> [String] {
        let inodes = pids.reduce(into: Set<UInt64>()) { $0.formUnion(SocketTable.sockets(of: $1)) }
        let mine = entries.filter { $0.isListening && inodes.contains($0.inode) }
        return Set(mine.map(\.address)).sorted()
    }

    /// The addresses that a process listens on; empty also where this user may not see them.
    public func listening(_ pid: Int32) -> [String] { listening([pid]) }

    /// Who has a port of this machine, for people: `nginx (process 123)`. Whoever listens is named first.
    /// - Returns: nil when nobody has it, or somebody whose files may not be read.
    public func holder(of port: Int) -> String? {
        let mine = entries.filter { $0.port == port && $0.inode != 0 }
        let wanted = mine.filter(\.isListening) + mine.filter { !$0.isListening }
        guard !wanted.isEmpty else { return nil }
        let owners = SocketTable.owners(of: Set(wanted.map(\.inode)))
        for entry in wanted {
            guard let pid = owners[entry.inode] else { continue }
            let what = "\(SocketTable.name(of: pid)) (process \(pid))"
            return entry.isListening ? what : "a connection of \(what)"
        }
        return nil
    }

    private static func owners(of inodes: Set<UInt64>) -> [UInt64: pid_t] {
        var owners: [UInt64: pid_t] = [:]
        for pid in names(in: "/proc").compactMap({ pid_t($0) }) {
            for inode in sockets(of: pid).intersection(inodes) { owners[inode] = owners[inode] ?? pid }
            if owners.count == inodes.count { break }
        }
        return owners
    }

    /// The inodes of the sockets that a process has.
    private static func sockets(of pid: pid_t) -> Set<UInt64> {
        let folder = "/proc/\(pid)/fd"
        return Set(
            names(in: folder).compactMap { name in
                var buffer = [CChar](repeating: 0, count: 64)
                let count = readlink("\(folder)/\(name)", &buffer, buffer.count)
                let target = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
                guard target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
                return UInt64(target.dropFirst(8).dropLast())
            })
    }

    private static func name(of pid: pid_t) -> String {
        let bytes = (try? Files.read("/proc/\(pid)/comm", limit: 256)) ?? []
        let name = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return name.isEmpty ? "a program" : name
    }

    private static func names(in path: String) -> [String] {
        guard let directory = Descriptor(made: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else { return [] }
        return (try? Files.names(in: directory, at: path)) ?? []
    }
}
