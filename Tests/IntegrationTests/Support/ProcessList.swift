import Core
import Glibc
import TestSupport

/// Processes of this machine that have to do with one directory.
struct ProcessList {
    struct Entry: Equatable {
        let pid: Int32
        let words: [String]
        let workingDirectory: String
    }

    let directory: String

    /// Every process that works below the directory or was given a path of it. Zombies have neither.
    var all: [Entry] {
        let inside = "\(directory)/"
        return ProcessList.pids.compactMap(ProcessList.entry).filter { entry in
            entry.pid != getpid()
                && (entry.workingDirectory.hasPrefix(inside) || entry.words.contains { $0.contains(inside) })
        }
    }

    var supervisors: [Entry] { all.filter { $0.words.dropFirst().first == "supervise" } }
    /// The services that supervisors run: they work in their artifact's folder.
    var services: [Entry] { all.filter { $0.workingDirectory.hasPrefix("\(directory)/data/artifacts/") } }

    /// Ends everything: supervisors first, since they end what they run; then what is left.
    /// - Returns: what would not end.
    func endAll() async -> [Entry] {
        supervisors.forEach { kill($0.pid, SIGTERM) }
        _ = await eventually { supervisors.isEmpty }
        return await killAll()
    }

    /// SIGKILL to everything, also to what is started again meanwhile.
    /// - Returns: what would not end.
    @discardableResult
    func killAll() async -> [Entry] {
        _ = await eventually {
            all.forEach { kill($0.pid, SIGKILL) }
            return all.isEmpty
        }
        return all
    }

    private static var pids: [Int32] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var pids: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = Int32(name) { pids.append(pid) }
        }
        return pids
    }

    private static func entry(of pid: Int32) -> Entry? {
        let line = readFile("/proc/\(pid)/cmdline")
        guard !line.isEmpty else { return nil }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/\(pid)/cwd", &buffer, buffer.count)
        let place = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return Entry(
            pid: pid, words: line.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init),
            workingDirectory: place)
    }
}
