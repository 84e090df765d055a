import Core
import Glibc

/// The lock files that a killed git leaves behind, which would stop every later one. It blocks: use it on a thread of
/// its own.
enum StaleLocks {
    /// Removes the lock files of a mirror that no process works in.
    ///
    /// Only this server's git processes use the mirror, one at a time, and all run in its directory. So a process that a
    /// killed server left behind is found by its working directory, and its locks are not stale.
    static func remove(in mirror: String) throws(DeploydError) {
        guard !isInUse(mirror) else { return }
        let top = try DirectoryWalk.entries(of: mirror, limit: 10_000_000) { $0 == "objects" || $0 == "refs" }
        let refs = (try? DirectoryWalk.entries(of: "\(mirror)/refs", limit: 10_000_000)) ?? []
        for path in top.map({ "\(mirror)/\($0.path)" }) + refs.map({ "\(mirror)/refs/\($0.path)" })
        where path.hasSuffix(".lock") {
            unlink(path)
        }
    }

    /// Whether the working directory of any process is `directory`. Processes of other users cannot be seen into; none
    /// of theirs writes here.
    private static func isInUse(_ directory: String) -> Bool {
        var wanted = stat()
        guard stat(directory, &wanted) == 0, let processes = opendir("/proc") else { return false }
        defer { closedir(processes) }
        while let entry = readdir(processes) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let pid = Int32(name), pid != getpid() else { continue }
            var status = stat()
            guard stat("/proc/\(pid)/cwd", &status) == 0 else { continue }
            if status.st_dev == wanted.st_dev, status.st_ino == wanted.st_ino { return true }
        }
        return false
    }
}
