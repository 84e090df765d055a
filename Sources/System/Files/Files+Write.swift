public import Core
import Glibc

extension Files {
    /// Puts a file of exactly `bytes` at `path`, or changes nothing: a reader sees the old or the new file, and after a
    /// loss of power too (written and synced under another name, renamed, directory synced).
    /// - Parameter mode: its permissions, whatever the umask.
    /// - Throws: `DeploydError` that names the path.
    public static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws(DeploydError) {
        let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
        do throws(DeploydError) {
            try create(temporary, holding: bytes, mode: mode)
            guard rename(temporary, path) == 0 else { throw failure("write", path, errno: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Removes what writes have left in a directory whose process was killed. Nobody may write there meanwhile.
    static func removeUnfinished(in directory: String) {
        for entry in (try? entries(of: directory)) ?? [] where entry.name.hasSuffix(".tmp") {
            unlink("\(directory)/\(entry.name)")
        }
    }

    private static func create(_ path: String, holding bytes: [UInt8], mode: UInt32) throws(DeploydError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        guard let file = Descriptor(made: open(path, flags, mode)), fchmod(file.number, mode) == 0,
            file.writeAll(bytes), fsync(file.number) == 0
        else { throw failure("write", path, errno: errno) }
    }

    /// Makes the names in the directory of `path` durable.
    static func syncDirectory(of path: String) throws(DeploydError) {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let parent = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard let directory = Descriptor(made: open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
            fsync(directory.number) == 0
        else { throw failure("sync", parent, errno: errno) }
    }
}
