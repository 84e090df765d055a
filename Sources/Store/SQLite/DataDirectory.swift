import Core
import Glibc
import Synchronization

/// The directory of one server's data, locked until `unlock` or the object's end.
final class DataDirectory: Sendable {
    let path: String
    private let lock: Mutex<Int32?>

    var database: String { "\(path)/deployd.db" }

    /// Makes the directory (mode 0700) where it is missing, and locks it.
    /// - Throws: `DeploydError`: `.conflict` when another server uses it; `.unavailable` when it cannot be used.
    init(_ path: String) throws {
        self.path = path
        try DataDirectory.make(path)
        lock = Mutex(try DataDirectory.lock("\(path)/lock", of: path))
    }

    /// SQLite gives the files that it adds the mode of the database's own, so that one is made here.
    func makeDatabaseFile() throws {
        let file = open(database, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw DataDirectory.refusal("open \(database)") }
        close(file)
    }

    /// Lets the next server in. Repeating it changes nothing.
    func unlock() {
        lock.withLock { lock in
            if let lock {
                // Not by the close alone: a child that was just spawned holds a copy until it has become its program.
                flock(lock, LOCK_UN)
                close(lock)
            }
            lock = nil
        }
    }

    deinit { unlock() }

    private static func make(_ path: String) throws {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw DeploydError(.invalid, "\(path) is not a directory; give another --data")
            }
            return
        }
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if parent != "/", parent != path { try make(parent) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw refusal("make the directory \(path)") }
        try sync(parent)
    }

    /// Or a directory that was just made, and the whole database in it, may be gone after a power failure.
    private static func sync(_ directory: String) throws {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal("open \(directory)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw refusal("sync \(directory)") }
    }

    /// How long a lock is waited for whose server is gone.
    private static let patience = Duration.seconds(2)

    /// An flock, which ends with the process however that ends. The file names the process for the next one's message.
    private static func lock(_ file: String, of directory: String) throws -> Int32 {
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw refusal("open \(file)") }
        do { try wait(for: descriptor, file, of: directory) } catch {
            close(descriptor)
            throw error
        }
        let line = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return descriptor
    }

    /// A server that was killed may leave a child that has not become its program yet, and holds a copy for a moment.
    private static func wait(for descriptor: Int32, _ file: String, of directory: String) throws {
        let end = ContinuousClock.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK else { throw refusal("lock \(file)") }
            let holder = holder(of: descriptor)
            let isGone = holder.map { kill($0, 0) != 0 && errno == ESRCH } ?? false
            guard isGone, ContinuousClock.now < end else {
                throw DeploydError(
                    .conflict,
                    "another deployd\(holder.map { " (process \($0))" } ?? "") uses the data directory \(directory); "
                        + "stop it, or give another --data")
            }
            usleep(10_000)
        }
    }

    /// The process that took the lock last; nil: it has not said so yet.
    private static func holder(of descriptor: Int32) -> pid_t? {
        var text = [UInt8](repeating: 0, count: 20)
        let count = text.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        let digits = text.prefix(max(0, count)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return pid_t(String(decoding: digits, as: UTF8.self))
    }

    private static func refusal(_ call: String) -> DeploydError {
        let error = DeploydError.system(call, errno: errno, code: .unavailable)
        return DeploydError(
            .unavailable, "\(error.message); give deployd's user the data directory, or give another --data",
            metadata: error.metadata)
    }
}
